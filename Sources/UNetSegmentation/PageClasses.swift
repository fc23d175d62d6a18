import UNetData
import UNetImages
import UNetNumerics
import UNetPrediction

/// What is said of every pixel of a page, as far as results need all of it: a byte a pixel for each of these, and four for probabilities.
package struct PageClasses {
  /// Whether each pixel is foreground, `[H, W]`; empty unless needed.
  private(set) var foreground: [Bool] = []
  /// The class of each pixel, `[H, W]`; empty unless needed.
  private var classes: [UInt8] = []
  /// The probability of foreground at each pixel, `[H, W]`; empty unless instances grow by it.
  private var probabilities: [Float] = []
  private let height: Int, width: Int
  private let count: Int
  private let needsForeground: Bool, needsClasses: Bool
  private var options = InstanceOptions()
  private let kept = Kept()

  /// What several results ask for: the instances of two classes, which are numbered once, and how many there are of each class.
  private final class Kept {
    var foreground: (ids: [Int32], count: Int)?
    var counts: [UInt8: Int] = [:]
  }

  /// Nothing yet of a page of this size, for these results of a network of `count` classes.
  package init(height: Int, width: Int, classes count: Int, for outputs: [SegmentationOutput]) {
    (self.height, self.width, self.count) = (height, width, count)
    (needsForeground, needsClasses) = Self.needs(outputs, classes: count)
    if needsForeground { foreground.reserveCapacity(height * width) }
    if needsClasses { classes.reserveCapacity(height * width) }
  }

  /// The same of a page of the file at `path`, where there is memory for it.
  /// - Throws: `DataError` of `path`.
  init(
    of path: String, page: Int, height: Int, width: Int, classes count: Int,
    for outputs: [SegmentationOutput],
    _ options: InstanceOptions
  ) throws {
    let bytes = height * width * Self.memoryOfPixel(for: outputs, classes: count, options)
    guard HostMemory.grants(bytes) else {
      throw DataError(
        path,
        "page \(page) needs \(bytes / 1_000_000) MB of memory for instances, their outlines or overlay, which there are not: leave "
          + "them out, or cut it into smaller images", choices: ["write"])
    }
    self.init(height: height, width: width, classes: count, for: outputs)
  }

  /// Whether these results need whether a pixel is foreground, and its class.
  private static func needs(_ outputs: [SegmentationOutput], classes count: Int) -> (Bool, Bool) {
    let ofClasses = count > 2 && outputs.contains(where: \.hasInstances)
    let ofForeground = outputs.contains { [.masks, .overlay].contains($0) || $0.hasInstances && count == 2 }
    return (ofForeground, ofClasses)
  }

  /// The bytes of memory for a pixel of these results: what they need, and the number of an instance with what changes it.
  static func memoryOfPixel(
    for outputs: [SegmentationOutput], classes count: Int, _ options: InstanceOptions
  ) -> Int {
    let (foreground, classes) = needs(outputs, classes: count)
    let isNumbered = outputs.contains { $0.hasInstances || $0 == .masks }
    let seeds = options.readsProbabilities ? 20 : 0
    let numbers = isNumbered ? options == InstanceOptions() ? 4 : 24 + seeds : 0
    return numbers + (foreground ? 1 : 0) + (classes ? 1 : 0)
  }

  /// Adds what is said of the next rows.
  package mutating func add(_ prediction: Prediction, _ foreground: [Float]) {
    options = prediction.instanceOptions
    if options.readsProbabilities, needsForeground || needsClasses { probabilities += foreground }
    if needsForeground {
      self.foreground += foreground.lazy.map { isForeground($0, above: prediction.threshold) }
    }
    if needsClasses { classes += prediction.labels() }
  }

  /// The classes whose instances are numbered, each by itself: all but the background.
  var instanceClasses: Range<UInt8> { 1..<UInt8(count) }

  /// The instances of a class; of two classes those of the foreground.
  func instances(of number: UInt8) -> (ids: [Int32], count: Int) {
    let found = count == 2 ? instances() : instances(classes.map { $0 == number })
    kept.counts[number] = found.count
    return found
  }

  /// The instances of the foreground.
  func instances() -> (ids: [Int32], count: Int) {
    let found = kept.foreground ?? instances(foreground)
    kept.foreground = found
    return found
  }

  /// The instances of all classes that were asked for; nil where none were.
  var objects: Int? { kept.counts.isEmpty ? nil : kept.counts.values.reduce(0, +) }

  private func instances(_ mask: [Bool]) -> (ids: [Int32], count: Int) {
    UNetData.instances(of: mask, probabilities, height: height, width: width, options)
  }
}
