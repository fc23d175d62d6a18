import UNetData
import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetWork

/// An image file with what models say of it, of which results are made again and again, each time by another threshold.
///
/// The probabilities lie in a file without a name, 4 bytes a pixel and class, and no page is held.  The results are those of a
/// `Segmentation`, to the bit.
package final class SegmentedFile {
  /// What a page is.
  package struct Page: Sendable, Encodable {
    /// Rows, columns, and values of a pixel.
    package let height: Int, width: Int, channels: Int
  }

  /// Its pages, in order.
  package private(set) var pages: [Page] = []
  /// What a person should know of it, a line each.
  package private(set) var notes: [String] = []
  /// How many classes the models tell apart.
  package let classes: Int
  let file: PageFile
  private let scores: ScratchFile
  /// Where the probabilities of each page begin.
  private var places: [Int] = []

  /// Segments the file at `path`, which notes call `name`, of at most so many pixels in all pages, by models; the probabilities are kept in the
  /// folder of `path`.
  /// - Throws: `DataError` that names `path`, also where it is too large; `FileError`; `Interrupted`; the backend's errors.
  package init<B: Backend>(
    _ path: String, called name: String, by ensemble: Ensemble<B>, largest: Int,
    observer: WorkObserver<Segmentation.Progress> = .init()
  ) throws {
    (file, scores, classes) = (try PageFile(path), try ScratchFile(for: path), ensemble.classes)
    notes += [try file.matchPlanes(channels: ensemble.models[0].channels, called: name)].compactMap(\.self)
    try Self.check(file.knownPixels ?? 0, file.count, largest, path)
    var (odd, summary) = (OddImages(ensemble.models), PredictionSummary())
    for number in 0..<file.count {
      let page = try file.page(number)
      let pixels = number == 0 ? file.pixels(like: page) : bytes / (4 * classes) + page.height * page.width
      try Self.check(pixels, file.count, largest, path)
      do { try add(page, ensemble, number, &summary, observer) } catch let error as SegmentationError {
        throw DataError(path, error.problem)
      }
      odd.look(at: page, of: name)
    }
    notes += odd.notes + [summary.note(threshold: ensemble.options.threshold)].compactMap(\.self)
  }

  /// Makes sure that a file is not too large; so are more pages than anybody looks at one by one.
  private static func check(_ pixels: Int, _ pages: Int, _ largest: Int, _ path: String) throws {
    guard pixels > largest || pages > 10_000 else { return }
    throw DataError(
      path,
      "has \(pixels > largest ? "\(pixels) pixels, more than the \(largest)" : "\(pages) pages, more than the 10000") that are allowed: "
        + "cut it, or segment it by `unet segment`")
  }

  private func add<B: Backend>(
    _ page: StoredPage, _ ensemble: Ensemble<B>, _ number: Int, _ summary: inout PredictionSummary,
    _ observer: WorkObserver<Segmentation.Progress>
  ) throws {
    var bands = try ensemble.bands(of: page.rows) { [path = file.path, count = file.count] share in
      guard !observer.isCancelled() else { throw Interrupted() }
      observer.report(.tiles(share, page: number, of: count, file: path))
    }
    var at = bytes
    places.append(at)
    while let band = try bands.next() {
      let elements = band.prediction.probabilities.elements
      try requireFinite(elements, page: number, of: file.path)
      try elements.withUnsafeBytes { try scores.write($0, at: at) }
      at += 4 * elements.count
      summary.add(band.prediction)
    }
    pages.append(Page(height: page.height, width: page.width, channels: page.channels))
  }

  /// The bytes of the probabilities.
  package var bytes: Int { pages.reduce(0) { $0 + 4 * classes * $1.height * $1.width } }

  /// Writes a result of all pages, or of one, into `folder`, under `name`; gives its path.
  /// - Throws: `DataError`, `FileError`.
  package func write(
    _ output: SegmentationOutput, page number: Int? = nil, _ options: SegmentationOptions, name: String,
    in folder: String
  ) throws -> String {
    let chosen = number.map { PageFile(page: $0, of: file) } ?? file
    let input = SegmentationInputs.File(path: file.path, name: name)
    var (results, summary): (PageResults?, PredictionSummary) = (nil, PredictionSummary())
    for place in 0..<chosen.count {
      let page = try chosen.page(place)
      let made =
        try results
        ?? PageResults(
          [output], of: input, in: folder, pages: chosen, like: page, classes, options, replacing: true)
      results = made
      try made.write(page, place, kept(number ?? place), &summary)
    }
    return try results?.close().first ?? ""
  }

  /// What the models say of a page.
  func kept(_ number: Int) -> KeptBands {
    KeptBands(scores: scores, offset: places[number], page: pages[number], classes: classes)
  }

  /// What is said of all pixels of a page, as far as these results need it.
  /// - Throws: `DataError` where there is no memory for it; `FileError`.
  func classes(
    page number: Int, for outputs: [SegmentationOutput], _ options: SegmentationOptions
  ) throws -> PageClasses {
    let page = pages[number]
    var whole = try PageClasses(
      of: file.path, page: number, height: page.height, width: page.width, classes: classes, for: outputs,
      options.instances)
    var bands = kept(number)
    while let band = try bands.next() {
      let prediction = band.prediction.used(with: options)
      whole.add(prediction, prediction.foreground)
    }
    return whole
  }

  /// What is said of each pixel of a page, `[H, W]`: its class, or of models whose labels are instances the number of that.
  /// - Throws: `DataError` where there is no memory for it; `FileError`.
  package func labels(page number: Int, asInstances: Bool, _ options: SegmentationOptions) throws -> [UInt32]
  {
    if asInstances {
      return try classes(page: number, for: [.instances], options).instances(of: 1).ids.map { UInt32($0) }
    }
    var (labels, bands) = ([UInt32](), kept(number))
    labels.reserveCapacity(pages[number].height * pages[number].width)
    while let band = try bands.next() {
      labels += band.prediction.used(with: options).labels().lazy.map { UInt32($0) }
    }
    return labels
  }

  /// A page as it is stored.
  /// - Throws: `DataError`, `FileError`.
  package func stored(page number: Int) throws -> StoredPage { try file.page(number) }
}

/// Probabilities that were kept, some rows at a time.
struct KeptBands: Bands {
  let scores: ScratchFile
  let offset: Int
  let page: SegmentedFile.Page
  let classes: Int
  private var row = 0

  init(scores: ScratchFile, offset: Int, page: SegmentedFile.Page, classes: Int) {
    (self.scores, self.offset, self.page, self.classes) = (scores, offset, page, classes)
  }

  mutating func next() throws -> Band? {
    let values = page.width * classes
    let rows = row..<min(page.height, row + max(1, (1 << 18) / values))
    guard !rows.isEmpty else { return nil }
    let bytes = try scores.bytes(at: offset + 4 * row * values, count: 4 * rows.count * values)
    row = rows.upperBound
    let elements = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    return Band(
      rows: rows, prediction: Prediction(probabilities: Tensor([rows.count, page.width, classes], elements)))
  }
}
