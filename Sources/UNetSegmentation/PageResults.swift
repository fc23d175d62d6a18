import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction

/// All results of an image file being written; dropped before they are closed, they leave nothing.
final class PageResults {
  private let file: SegmentationInputs.File
  private let outputs: [SegmentationOutput]
  private let classes: Int
  private let options: SegmentationOptions
  private let results: [any PageResult]
  private let replacing: Bool
  /// The instances of all pages so far; nil where no result has any.
  private(set) var objects: Int?

  /// Begins `outputs` of `file` in `folder`, of a network of so many classes; its pages are like `page`.  They replace others
  /// only where `replacing` says so.
  init(
    _ outputs: [SegmentationOutput], of file: SegmentationInputs.File, in folder: String, pages: PageFile,
    like page: StoredPage, _ classes: Int, _ options: SegmentationOptions, replacing: Bool
  ) throws {
    (self.file, self.outputs, self.classes, self.options) = (file, outputs, classes, options)
    self.replacing = replacing
    try Files.makeFolder(Path.folder(of: Path.join(folder, file.name)))
    let pixels = pages.pixels(like: page)
    // Pages of one size that nothing is said of are slices, as ImageJ has them, where they have channels.
    let areUniform = pages.areAll(like: page)
    results = try outputs.map { output in
      let path = output.file(of: file.name, in: folder, pages: pages.count)
      guard !output.isOfObjects else {
        return try ObjectFile(
          output, path: path, pages: pages.count, stack: pages.stack, classes: classes, replacing: replacing)
      }
      let hasChannels = areUniform && output.planes(classes: classes) > 1
      let stack = pages.stack ?? (hasChannels ? StackShape(slices: pages.count) : nil)
      return try ResultFile(
        output, path: path, pages: pages.count,
        stack: stack, pixels: pixels, classes: classes, replacing: replacing)
    }
  }

  /// Writes the results of a page, which it adds to `summary`.
  /// - Throws: `DataError` where the network overflows, and what `bands` throws.
  func write(_ page: StoredPage, _ number: Int, _ bands: any Bands, _ summary: inout PredictionSummary)
    throws
  {
    var bands = bands
    var whole = try PageClasses(
      of: file.path, page: number, height: page.height, width: page.width, classes: classes, for: outputs,
      options.instances)
    for result in results { try result.begin(page, classes: classes) }
    while let band = try bands.next() {
      let prediction = band.prediction.used(with: options)
      let foreground = prediction.foreground
      try page.check()
      try requireFinite(foreground, page: number, of: file.path)
      for result in results { try result.add(prediction, foreground) }
      whole.add(prediction, foreground)
      summary.add(prediction)
    }
    for result in results { try result.end(page, whole) }
    try page.check()
    objects = whole.objects.map { (objects ?? 0) + $0 } ?? objects
  }

  /// Gives the files their names, and tells them; none where one name is taken that should be free.
  func close() throws -> [String] {
    guard let first = results.first else { return [] }
    // All of one process, though another may replace them.
    return try Files.alone(in: Path.folder(of: first.path)) {
      for (at, result) in results.enumerated() {
        do { try result.close() } catch {
          if !replacing { for earlier in results[..<at] { Files.remove(Path.followed(earlier.path)) } }
          throw error
        }
      }
      return results.map(\.path)
    }
  }
}

/// Makes sure that a network's values are numbers.
/// - Throws: `DataError` of `path`.
func requireFinite(_ values: [Float], page: Int, of path: String) throws {
  guard !values.allSatisfy(\.isFinite) else { return }
  throw DataError(
    path, "page \(page) makes the network overflow: give images with grey values like the training's")
}
