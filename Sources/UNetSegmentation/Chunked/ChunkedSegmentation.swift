import Foundation
import UNetData
import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetWork

/// An image being segmented chunk by chunk, by this process or by several that share a folder: no more is held than a chunk and what the
/// tiles around it read.
///
/// The results are those of the whole image, to the bit, whoever has made which chunk, and after any interruption.
final class ChunkedSegmentation<B: Backend> {
  let file: SegmentationInputs.File, pages: PageFile, first: StoredPage
  let format: ResultFormat
  let ensemble: Ensemble<B>
  let observer: WorkObserver<Segmentation.Progress>
  let results: [ChunkedResult]
  let lists: [List]
  let work: ChunkedWork
  let replacing: Bool, onlyTissue: Bool
  private let stack: StackShape
  let classes: Int
  /// The chunks that are there, and those that this process has made.
  private var done = 0, made = 0
  private var summary = PredictionSummary()

  /// The chunks that are there now.
  var kept: Int {
    (0..<pages.count).reduce(0) { sum, page in sum + (0..<grid.count).count { hasChunk($0, of: page) } }
  }

  /// The instances that it has numbered itself.
  var objects: Int?

  private typealias OpenedPage = (page: StoredPage, regions: any PredictedRegions, tissue: TissueMask?)

  /// Begins the results of `file`, or goes on with them; nil where others have ended them.
  ///
  /// - `page`: the first of its `pages`; `makes`: whether this process may begin.
  /// - Throws: `DataError`, `FileError`, `SegmentationError`.
  init?(
    _ file: SegmentationInputs.File, _ pages: PageFile, like page: StoredPage,
    _ outputs: [SegmentationOutput],
    _ format: ResultFormat, _ view: SlideView, onlyTissue: Bool, in folder: String, by ensemble: Ensemble<B>,
    replacing: Bool,
    makes: Bool,
    observer: WorkObserver<Segmentation.Progress>
  ) throws {
    (self.file, self.pages, first, self.format) = (file, pages, page, format)
    (self.ensemble, self.observer, self.replacing) = (ensemble, observer, replacing)
    self.onlyTissue = onlyTissue
    classes = ensemble.classes
    if onlyTissue, page.imageChannels != 3 || page.bits != 8 || outputs.contains(.logits) {
      throw DataError(
        file.path,
        outputs.contains(.logits)
          ? "would have raw scores only where there is tissue: leave logits out"
          : "has no colours of 8 bits, by which tissue is found: leave it out", choices: ["tissue"])
    }
    if let other = outputs.first(where: { !$0.isChunked }) {
      throw DataError(
        file.path,
        "has \(other.rawValue) as pictures alone, not as \(format.rawValue): leave it out, or choose pictures",
        choices: ["write", "format"])
    }
    guard pages.count == 1 || format.isZarr else {
      throw DataError(
        file.path, "has \(pages.count) pages, and a pyramid has one: choose ome-zarr", choices: ["format"])
    }
    guard pages.areAll(like: page) else { throw Self.uneven(file) }
    if outputs.contains(.rois), max(page.height, page.width) > ObjectFile.farthestRegion {
      throw DataError(
        file.path,
        "has places that ImageJ's regions cannot hold, which end at \(ObjectFile.farthestRegion) pixels: write outlines",
        choices: ["write"])
    }
    let stack = pages.stack ?? StackShape(slices: pages.count)
    self.stack = stack
    let step = try ensemble.step()
    let side = Self.side(step)
    func results(in path: String) -> [ChunkedResult] {
      Self.contents(outputs, ensemble).map { content in
        let channels = ChunkedResult.channels(content, classes: ensemble.classes)
        var (name, samples, place) = ("\(content)", PageLayout.Samples.float32, String?.none)
        if case .output(let output) = content {
          (name, samples) = (output.rawValue, output.chunkedSamples)
          // Lists need instances that nobody has asked for.
          if outputs.contains(output) { place = output.chunkedFile(of: file.name, in: folder, format) }
        } else if content == .classes {
          samples = .uint8
        }
        let axes = [("t", stack.frames), ("c", channels), ("z", stack.slices)].filter { $0.1 > 1 }
        return ChunkedResult(
          content: content,
          pyramid: ChunkedPyramid(
            Path.join(path, "\(name).ome.zarr"), name: "\(Path.name(file.name))-\(name)",
            axes: axes.map { (name: $0.0, length: $0.1) }, height: page.height,
            width: page.width, side: side, samples, format.version, metadata: page.metadata,
            isOfLabels: [.output(.labels), .output(.instances)].contains(content)),
          path: place)
      }
    }
    let facts = try Self.facts(file, pages, page, outputs, format, ensemble, side: side, onlyTissue, view)
    let paths = file.results(outputs, in: folder, format)
    if let long = paths.first(where: { Path.name($0).utf8.count > 255 }) {
      throw DataError(file.path, "has too long a name for \(Path.name(long).suffix(40)): rename it")
    }
    if format.isZarr, let link = paths.first(where: { Files.isLink($0) && Path.ending($0) == "zarr" }) {
      throw DataError(
        link, "is a link, and would be a folder: remove it, or choose another place", choices: ["output"])
    }
    let opened = try ChunkedWork.open(
      for: file.name, in: folder, facts: facts, replaced: replacing, makes: makes,
      isDone: { !replacing && paths.allSatisfy(Files.exists) }, isCancelled: observer.isCancelled
    ) { path in
      for result in results(in: path) { try result.pyramid.make() }
    }
    guard let opened else { return nil }
    work = opened
    self.results = results(in: work.path)
    let path = work.path
    lists = outputs.filter(\.isOfObjects).map { output in
      let place = output.chunkedFile(of: file.name, in: folder, format)
      return (output, Path.join(path, "\(output.rawValue).list"), place)
    }
  }

  /// Makes what is left of the results, and gives their paths where this process has given them their places.
  /// - Throws: `DataError`, `FileError`; `Interrupted`; the backend's errors.
  func run(_ look: (StoredPage, Int) -> Void) throws -> [String] {
    do { return try complete(look) } catch {
      if kept == 0 { work.abandon() }
      throw error
    }
  }

  private func complete(_ look: (StoredPage, Int) -> Void) throws -> [String] {
    let total = pages.count * grid.count
    done = kept
    if done > 0, !work.isEnded {
      observer.logger.info("\(file.path): \(done) of \(counted(total, "chunk")) are there from before")
    }
    for number in 0..<pages.count { try segment(page: number, look) }
    if !work.isEnded {
      try number()
      try reduce()
    }
    if made == total, let note = summary.note(threshold: ensemble.options.threshold) {
      observer.logger.warning("\(note)")
    }
    var placed: [String] = []
    try work.complete {
      for result in results { placed += [try place(result)].compactMap(\.self) }
      for list in lists where Files.exists(list.waiting) {
        try Segmentation.requireOwn([list.path])
        try Files.moveFile(list.waiting, to: list.path, replacing: replacing)
        placed.append(list.path)
      }
    }
    if let missing = (results.compactMap(\.path) + lists.map(\.path)).first(where: { !Files.exists($0) }) {
      throw DataError(missing, "is not there, for \(work.path) was removed meanwhile: begin again")
    }
    return placed
  }

  private var grid: (rows: Int, columns: Int, count: Int) {
    let level = results[0].pyramid.levels[0]
    return (level.rows, level.columns, level.rows * level.columns)
  }

  /// Where a page lies along the axes but that of channels.
  func place(of page: Int) -> [Int] {
    let (frame, slice) = page.quotientAndRemainder(dividingBy: max(1, stack.slices))
    return (stack.frames > 1 ? [frame] : []) + (stack.slices > 1 ? [slice] : [])
  }

  private var chunked: [ChunkedResult] { results.filter { !$0.isOfInstances } }

  private func hasChunk(_ chunk: Int, of page: Int) -> Bool {
    let (row, column) = chunk.quotientAndRemainder(dividingBy: grid.columns)
    let place = place(of: page)
    return chunked.allSatisfy { $0.has(place, row: row, column: column) }
  }

  private func segment(page number: Int, _ look: (StoredPage, Int) -> Void) throws {
    var opened: OpenedPage?
    let level = results[0].pyramid.levels[0]
    try work.share(
      grid.count, stage: number + 1,
      isDone: { hasChunk($0, of: number) },
      { chunk in
        if opened == nil {
          let page =
            number == 0 ? first : try Cancellation.heard(observer.isCancelled) { try pages.page(number) }
          guard (page.height, page.width) == (first.height, first.width) else { throw Self.uneven(file) }
          look(page, number)
          let tissue = onlyTissue ? TissueMask(of: page.rows) : nil
          if let tissue {
            let left = (0..<grid.count).count { chunk in
              let (row, column) = chunk.quotientAndRemainder(dividingBy: grid.columns)
              return !tissue.hasTissue(in: level.region(row: row, column: column))
            }
            let share = String(format: "%.1f", 100 * tissue.share)
            observer.logger.info(
              "\(file.path): \(share) % is tissue (saturation above \(tissue.threshold) of 255), \(left) of \(counted(grid.count, "chunk")) left out"
            )
          }
          opened = (page, try ensemble.regions(of: page.rows, width: level.side), tissue)
        }
        guard let opened else { return }
        let (row, column) = chunk.quotientAndRemainder(dividingBy: grid.columns)
        try segment(level.region(row: row, column: column), opened, number, row, column)
      })
  }

  private func segment(
    _ region: ImageRegion, _ opened: OpenedPage, _ number: Int, _ row: Int,
    _ column: Int
  ) throws {
    let prediction =
      opened.tissue?.hasTissue(in: region) ?? true
      ? try predict(region, opened, number) : background(region).used(with: ensemble.options)
    for result in chunked { try result.write(prediction, place(of: number), row: row, column: column) }
    summary.add(prediction)
    (done, made) = (done + 1, made + 1)
  }

  private func predict(_ region: ImageRegion, _ opened: OpenedPage, _ number: Int) throws -> Prediction {
    let total = Double(pages.count * grid.count)
    var bands = try opened.regions.bands(in: region) { [self] share in
      guard !observer.isCancelled() else { throw Interrupted() }
      let all = (Double(done) + share) / total * Double(pages.count)
      observer.report(.tiles(all - Double(number), page: number, of: pages.count, file: file.path))
    }
    let prediction = try bands.joined().used(with: ensemble.options)
    try opened.page.check()
    try requireFinite(prediction.foreground, page: number, of: file.path)
    return prediction
  }

  /// Nothing but background.
  private func background(_ region: ImageRegion) -> Prediction {
    let pixel = [1] + [Float](repeating: 0, count: classes - 1)
    let chances = (0..<region.height * region.width).flatMap { _ in pixel }
    return Prediction(probabilities: Tensor([region.height, region.width, classes], chances))
  }
}
