import UNetData
import UNetFiles
import UNetImages
import UNetPrediction
import UNetRuntime

/// What is to be made of an image chunk by chunk, and where, before anything of it is written.
struct ChunkedPlan {
  /// A list of instances, and where it waits for its place.
  typealias List = (output: SegmentationOutput, waiting: String, path: String)

  let file: SegmentationInputs.File, pages: PageFile, first: StoredPage
  /// The folder of the results.
  let folder: String
  /// Whether chunks without tissue are background, unseen.
  let onlyTissue: Bool
  let format: ResultFormat
  let classes: Int
  /// What decides the results, a line each with a word before it: of other facts they would be others.
  private(set) var facts = ""
  private let outputs: [SegmentationOutput]
  private let contents: [ChunkedResult.Content]
  private let side: Int
  private let stack: StackShape

  /// That of `outputs` of a file, of whose `pages` this is the first.
  /// - Throws: `DataError` where the format or the image does not allow it; `FileError`, `SegmentationError`.
  init<B: Backend>(
    _ file: SegmentationInputs.File, _ pages: PageFile, first: StoredPage, _ outputs: [SegmentationOutput],
    _ format: ResultFormat, onlyTissue: Bool, in folder: String, by ensemble: Ensemble<B>
  ) throws {
    (self.file, self.pages, self.first, self.outputs) = (file, pages, first, outputs)
    (self.format, self.onlyTissue, self.folder) = (format, onlyTissue, folder)
    classes = ensemble.classes
    stack = pages.stack ?? StackShape(slices: pages.count)
    side = Self.side(try ensemble.step())
    contents = Self.contents(outputs, ensemble.options, classes: ensemble.classes)
    try checkImage()
    try checkResults()
    let images = try file.files.map { "image \(try Files.sample($0))" }
    let models = try ensemble.models.map { "model \(try $0.identity())" }
    let place = first.place.map { "\($0.left) \($0.top) \($0.factor) of \($0.height)×\($0.width)" }
    let part = "part \(place ?? "all")"
    let words = outputs.map(\.rawValue).joined(separator: ",") + (onlyTissue ? ", of tissue" : "")
    let shape =
      "results of \(pages.count) pages, \(first.size), chunks of \(side), \(format.rawValue): \(words)"
    facts =
      (images + models + ["options \(ensemble.allOptions)", part, shape]).joined(separator: "\n") + "\n"
  }

  private func checkImage() throws {
    if onlyTissue, first.imageChannels != 3 || first.bits != 8 || outputs.contains(.logits) {
      throw DataError(
        file.path,
        outputs.contains(.logits)
          ? "would have raw scores only where there is tissue: leave logits out"
          : "has no colours of 8 bits, by which tissue is found: leave it out", choices: ["tissue"])
    }
    guard pages.count == 1 || format.isZarr else {
      throw DataError(
        file.path, "has \(pages.count) pages, and a pyramid has one: choose ome-zarr", choices: ["format"])
    }
    guard pages.areAll(like: first) else { throw uneven }
  }

  /// That pages are not all of one size.
  var uneven: DataError {
    DataError(file.path, "has pages of several sizes: choose pictures, or cut it", choices: ["format"])
  }

  private func checkResults() throws {
    if let other = outputs.first(where: { !$0.isChunked }) {
      throw DataError(
        file.path,
        "has \(other.rawValue) as pictures alone, not as \(format.rawValue): leave it out, or choose pictures",
        choices: ["write", "format"])
    }
    if outputs.contains(.rois), max(first.height, first.width) > ObjectFile.farthestRegion {
      throw DataError(
        file.path,
        "has places that ImageJ's regions cannot hold, which end at \(ObjectFile.farthestRegion) pixels: write outlines",
        choices: ["write"])
    }
    if let long = paths.first(where: { Path.name($0).utf8.count > 255 }) {
      throw DataError(file.path, "has too long a name for \(Path.name(long).suffix(40)): rename it")
    }
    if format.isZarr, let link = paths.first(where: { Files.isLink($0) && Path.ending($0) == "zarr" }) {
      throw DataError(
        link, "is a link, and would be a folder: remove it, or choose another place", choices: ["output"])
    }
  }

  /// The side of chunks: a multiple of the step of tiles, so that no tile lies in two of them, and of the 16 pixels that tiles of TIFF
  /// want.
  private static func side(_ step: Int) -> Int {
    var least = step
    while least % 16 != 0 { least += step }
    return least * max(1, 1024 / least)
  }

  /// What is made of each chunk, instances last; what they are made of beside, unless a result has it.
  private static func contents(_ outputs: [SegmentationOutput], _ options: SegmentationOptions, classes: Int)
    -> [ChunkedResult.Content]
  {
    var all = outputs.filter { !$0.hasInstances }.map(ChunkedResult.Content.output)
    guard outputs.contains(where: \.hasInstances) else { return all }
    if !all.contains(where: \.hasClasses) { all.append(.classes) }
    if options.instances.readsProbabilities, !all.contains(where: { $0.hasForeground(of: classes) }) {
      all.append(.foreground)
    }
    return all + [.output(.instances)]
  }

  /// Where the results go.
  var paths: [String] { file.results(outputs, in: folder, format) }
  /// Whether all of them are there.
  var isDone: Bool { !file.lacks(outputs, in: folder, format) }

  /// Where a page lies along the axes but that of channels.
  func plane(of page: Int) -> [Int] {
    let (frame, slice) = page.quotientAndRemainder(dividingBy: max(1, stack.slices))
    return (stack.frames > 1 ? [frame] : []) + (stack.slices > 1 ? [slice] : [])
  }

  /// The results as they grow in the folder `work`.
  func results(in work: String) -> [ChunkedResult] {
    contents.map { content in
      let channels = ChunkedResult.channels(content, classes: classes)
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
          Path.join(work, "\(name).ome.zarr"), name: "\(Path.name(file.name))-\(name)",
          axes: axes.map { (name: $0.0, length: $0.1) }, height: first.height, width: first.width,
          side: side, samples, format.version, metadata: first.metadata,
          isOfLabels: [.output(.labels), .output(.instances)].contains(content)),
        path: place, isFile: !format.isZarr)
    }
  }

  /// The lists of instances as they wait in the folder `work`.
  func lists(in work: String) -> [List] {
    outputs.filter(\.isOfObjects).map { output in
      let place = output.chunkedFile(of: file.name, in: folder, format)
      return (output, Path.join(work, "\(output.rawValue).list"), place)
    }
  }
}
