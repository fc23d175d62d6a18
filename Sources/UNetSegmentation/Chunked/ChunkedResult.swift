import UNetData
import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction

/// A result being made chunk by chunk.
struct ChunkedResult {
  /// What its planes have.
  enum Content: Equatable {
    case output(SegmentationOutput)
    /// The class of each pixel, or the probability of foreground, as instances need them.
    case classes, foreground

    /// Whether its numbers are 0 for background and, of several classes, those of them.
    var hasClasses: Bool { [.classes, .output(.labels)].contains(self) }

    /// Whether its one plane has the probability of foreground.
    func hasForeground(of classes: Int) -> Bool {
      self == .foreground || self == .output(.probabilities) && classes == 2
    }
  }

  let content: Content
  let pyramid: ChunkedPyramid
  /// Where it goes; nil for what only others need.
  let path: String?
  /// Whether it is a TIFF there, and no folder.
  let isFile: Bool

  /// Where it waits for its place.
  var waiting: String { isFile ? pyramid.path + ".tif" : pyramid.path }
  /// Whether it is made of whole instances, after all chunks of the others.
  var isOfInstances: Bool { content == .output(.instances) }

  /// The channels of a network of so many classes.
  static func channels(_ content: Content, classes: Int) -> Int {
    guard case .output(let output) = content else { return 1 }
    return output.planes(classes: classes)
  }

  /// Writes the chunk of a page of which a prediction is.
  func write(_ prediction: Prediction, _ plane: [Int], _ chunk: Int) throws {
    let classes = prediction.classes
    switch content {
    case .output(.labels):
      let labels = prediction.labels()
      try write([classes == 2 ? labels.map { 255 * $0 } : labels], plane, chunk)
    case .classes: try write([prediction.labels()], plane, chunk)
    case .foreground: try write([prediction.foreground], plane, chunk)
    case .output(.probabilities) where classes == 2:
      try write([prediction.foreground], plane, chunk)
    case .output(.probabilities):
      try write(planes(prediction.probabilities.elements, classes), plane, chunk)
    case .output(.logits):
      try write(planes(prediction.logits?.elements ?? [], classes), plane, chunk)
    case .output: break
    }
  }

  private func planes(_ values: [Float], _ count: Int) -> [[Float]] {
    (0..<count).map { plane in stride(from: plane, to: values.count, by: count).map { values[$0] } }
  }

  private func write<Number: BitwiseCopyable>(_ channels: [[Number]], _ plane: [Int], _ chunk: Int) throws {
    for (channel, numbers) in channels.enumerated() {
      try numbers.withUnsafeBytes { try pyramid.levels[0].write($0, full(plane, channel), chunk) }
    }
  }

  /// The plane of a channel of a page, along the axes of the array.
  func full(_ plane: [Int], _ channel: Int) -> [Int] {
    let axes = pyramid.levels[0].axes
    guard let at = axes.firstIndex(of: "c") else { return plane }
    // The order is that of OME-Zarr: t, c, z.
    return Array(plane[..<at]) + [channel] + plane[at...]
  }

  /// Its channels, each a plane of every page.
  var channels: Int {
    let level = pyramid.levels[0]
    return level.axes.firstIndex(of: "c").map { level.lengths[$0] } ?? 1
  }

  /// Whether the chunk of every channel of a page is written.
  func has(_ plane: [Int], _ chunk: Int) -> Bool {
    (0..<channels).allSatisfy { pyramid.levels[0].has(full(plane, $0), chunk) }
  }

  /// Writes a chunk of a level of the one before: means of 2×2 pixels, of labels and instances the first of them.
  func reduce(to number: Int, _ plane: [Int], _ chunk: Int) throws {
    let (from, to) = (pyramid.levels[number - 1], pyramid.levels[number])
    let region = to.region(chunk)
    let source = ImageRegion(
      rows: 2 * region.rows.lowerBound..<min(from.height, 2 * region.rows.upperBound),
      columns: 2 * region.columns.lowerBound..<min(from.width, 2 * region.columns.upperBound))
    let reader = try ChunkedReader(from)
    func picked<Number: BitwiseCopyable>(_ type: Number.Type) throws -> [Number] {
      let numbers = try reader.numbers(type, source, plane)
      return (0..<region.height).flatMap { y in
        (0..<region.width).map { x in numbers[2 * y * source.width + 2 * x] }
      }
    }
    func write<Number: BitwiseCopyable>(_ numbers: [Number]) throws {
      try numbers.withUnsafeBytes { try to.write($0, plane, chunk) }
    }
    switch to.samples {
    case .uint8: try write(try picked(UInt8.self))
    case .uint16: try write(try picked(UInt16.self))
    case .uint32: try write(try picked(UInt32.self))
    case .float32: try write(means(try reader.numbers(Float.self, source, plane), source, region))
    }
  }

  private func means(_ values: [Float], _ source: ImageRegion, _ region: ImageRegion) -> [Float] {
    (0..<region.height).flatMap { y in
      (0..<region.width).map { x -> Float in
        let rows = 2 * y..<min(source.height, 2 * y + 2), columns = 2 * x..<min(source.width, 2 * x + 2)
        let sum = rows.reduce(Float(0)) { sum, row in
          columns.reduce(sum) { $0 + values[row * source.width + $1] }
        }
        return sum / Float(rows.count * columns.count)
      }
    }
  }
}
