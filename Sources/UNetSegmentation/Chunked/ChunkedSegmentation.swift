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
  let plan: ChunkedPlan
  let ensemble: Ensemble<B>
  let observer: WorkObserver<Segmentation.Progress>
  let results: [ChunkedResult]
  let lists: [ChunkedPlan.List]
  let work: ChunkedWork
  private let replacing: Bool
  /// The chunks that are there, and those that this process has made.
  private var done = 0, made = 0
  private var summary = PredictionSummary()

  /// The chunks that are there now.
  var kept: Int { (0..<total).count(where: isDone) }

  /// The instances of all pages, once they are numbered.
  var objects: Int?

  private typealias OpenedPage = (
    number: Int, page: StoredPage, regions: any PredictedRegions, tissue: TissueMask?
  )

  /// Begins what is planned, or goes on with it; nil where others have ended it.
  ///
  /// - `replacing`: whether results that are there give way; `clears`: whether so does another work that was begun; `makes`: whether this
  ///   process may begin.
  /// - Throws: `DataError`, `FileError`, `FolderInUse`.
  init?(
    _ plan: ChunkedPlan, by ensemble: Ensemble<B>, replacing: Bool, clears: Bool, makes: Bool,
    observer: WorkObserver<Segmentation.Progress>
  ) throws {
    (self.plan, self.ensemble, self.replacing, self.observer) = (plan, ensemble, replacing, observer)
    let opened = try ChunkedWork.open(
      for: plan.file.name, in: plan.folder, facts: plan.facts, replaced: clears, makes: makes,
      isDone: { !clears && plan.isDone }, isCancelled: observer.isCancelled
    ) { path in
      for result in plan.results(in: path) { try result.pyramid.make() }
    }
    guard let opened else { return nil }
    work = opened
    (results, lists) = (plan.results(in: opened.path), plan.lists(in: opened.path))
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
    done = kept
    if done > 0, !work.isEnded {
      observer.logger.info("\(plan.file.path): \(done) of \(counted(total, "chunk")) are there from before")
    }
    try segment(look)
    try number()
    try reduce()
    try assemble()
    if made == total, let note = summary.note(threshold: ensemble.options.threshold) {
      observer.logger.warning("\(note)")
    }
    return try publish()
  }

  /// Gives all that is made its place; tells what of it this process has.
  private func publish() throws -> [String] {
    let files =
      results.compactMap { result in result.path.map { (result.waiting, $0, result.isFile) } }
      + lists.map { ($0.waiting, $0.path, true) }
    var placed: [String] = []
    try work.complete {
      guard kept == total, files.allSatisfy({ Files.exists($0.0) }) else {
        throw DataError(work.path, "lacks a part that was there: the same command makes it again")
      }
      try checkChunks()
    } moving: {
      for (waiting, path, isFile) in files where Files.exists(waiting) {
        // Others may have come since it was looked at.
        try Segmentation.requireOwn([path])
        if isFile {
          try Files.moveFile(waiting, to: path, replacing: replacing)
        } else {
          Files.removePartials(below: waiting)
          try Files.moveFolder(waiting, to: path, replacing: replacing)
        }
        placed.append(path)
      }
    }
    if let missing = files.first(where: { !Files.exists($0.1) })?.1 {
      throw DataError(missing, "is not there, for \(work.path) was removed meanwhile: begin again")
    }
    return placed
  }

  private var chunks: ChunkedLevel { results[0].pyramid.levels[0] }

  /// The chunks of all pages.
  private var total: Int { plan.pages.count * chunks.count }

  private func isDone(_ part: Int) -> Bool {
    let (page, chunk) = part.quotientAndRemainder(dividingBy: chunks.count)
    let plane = plan.plane(of: page)
    return results.allSatisfy { $0.isOfInstances || $0.has(plane, chunk) }
  }

  private func segment(_ look: (StoredPage, Int) -> Void) throws {
    var opened: OpenedPage?
    try work.share(total, of: .chunks, isDone: isDone) { part in
      let (number, chunk) = part.quotientAndRemainder(dividingBy: chunks.count)
      if opened?.number != number { opened = nil }
      let page = try opened ?? open(page: number, look)
      opened = page
      try segment(chunk, page)
    }
  }

  private func open(page number: Int, _ look: (StoredPage, Int) -> Void) throws -> OpenedPage {
    let page =
      number == 0
      ? plan.first : try Cancellation.heard(observer.isCancelled) { try plan.pages.page(number) }
    guard (page.height, page.width) == (plan.first.height, plan.first.width) else { throw plan.uneven }
    look(page, number)
    let tissue = plan.onlyTissue ? TissueMask(of: page.rows) : nil
    if let tissue {
      let left = (0..<chunks.count).count { !tissue.hasTissue(in: chunks.region($0)) }
      let share = String(format: "%.1f", 100 * tissue.share)
      observer.logger.info(
        "\(plan.file.path): \(share) % is tissue (saturation above \(tissue.threshold) of 255), \(left) of \(counted(chunks.count, "chunk")) left out"
      )
    }
    return (number, page, try ensemble.regions(of: page.rows, width: chunks.side), tissue)
  }

  private func segment(_ chunk: Int, _ opened: OpenedPage) throws {
    let region = chunks.region(chunk)
    let prediction =
      opened.tissue?.hasTissue(in: region) ?? true
      ? try predict(region, opened) : background(region).used(with: ensemble.options)
    for result in results { try result.write(prediction, plan.plane(of: opened.number), chunk) }
    summary.add(prediction)
    (done, made) = (done + 1, made + 1)
  }

  private func predict(_ region: ImageRegion, _ opened: OpenedPage) throws -> Prediction {
    let (path, number, pages) = (plan.file.path, opened.number, plan.pages.count)
    var bands = try opened.regions.bands(in: region) { [self] share in
      guard !observer.isCancelled() else { throw Interrupted() }
      let all = (Double(done) + share) / Double(total) * Double(pages)
      observer.report(.tiles(all - Double(number), page: number, of: pages, file: path))
    }
    let prediction = try bands.joined().used(with: ensemble.options)
    try opened.page.check()
    try requireFinite(prediction.foreground, page: number, of: path)
    return prediction
  }

  /// Nothing but background.
  private func background(_ region: ImageRegion) -> Prediction {
    let pixel = [1] + [Float](repeating: 0, count: plan.classes - 1)
    let chances = (0..<region.height * region.width).flatMap { _ in pixel }
    return Prediction(probabilities: Tensor([region.height, region.width, plan.classes], chances))
  }
}
