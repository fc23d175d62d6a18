import UNetData
import UNetNumerics
import UNetPrediction

/// What is said of every pixel of a page, as far as results need all of it: a byte a pixel for each of the two.
package struct PageClasses {
  /// Whether each pixel is foreground, `[H, W]`; empty unless needed.
  private(set) var foreground: [Bool] = []
  /// The class of each pixel, `[H, W]`; empty unless needed.
  private var classes: [UInt8] = []
  private let height: Int, width: Int
  private let count: Int
  private let needsForeground: Bool, needsClasses: Bool
  private var options = InstanceOptions()

  /// Nothing yet of a page of this size, for these results of a network of `count` classes.
  package init(height: Int, width: Int, classes count: Int, for outputs: [SegmentationOutput]) {
    (self.height, self.width, self.count) = (height, width, count)
    needsClasses = count > 2 && outputs.contains(.instances)
    needsForeground =
      outputs.contains(.masks) || outputs.contains(.overlay) || (count == 2 && outputs.contains(.instances))
    if needsForeground { foreground.reserveCapacity(height * width) }
    if needsClasses { classes.reserveCapacity(height * width) }
  }

  /// The bytes of a pixel that these results need: a mask and a class, and the number of an instance with what changes it.
  static func bytesOfPixel(for outputs: [SegmentationOutput], _ options: InstanceOptions) -> Int {
    let isNumbered = outputs.contains(.instances) || outputs.contains(.masks)
    let isChanged = options != InstanceOptions()
    return (isNumbered ? isChanged ? 24 : 4 : 0) + (isNumbered || outputs.contains(.overlay) ? 2 : 0)
  }

  /// Adds what is said of the next rows.
  package mutating func add(_ prediction: Prediction, _ foreground: [Float]) {
    options = prediction.instanceOptions
    if needsForeground {
      self.foreground += foreground.lazy.map { isForeground($0, above: prediction.threshold) }
    }
    if needsClasses { classes += prediction.labels() }
  }

  /// The classes whose instances are numbered, each by itself: all but the background.
  var instanceClasses: Range<UInt8> { 1..<UInt8(count) }

  /// The instances of a class; of two classes those of the foreground.
  func instances(of number: UInt8) -> (ids: [Int32], count: Int) {
    count == 2 ? instances() : instances(classes.map { $0 == number })
  }

  /// The instances of the foreground.
  func instances() -> (ids: [Int32], count: Int) { instances(foreground) }

  private func instances(_ mask: [Bool]) -> (ids: [Int32], count: Int) {
    UNetData.instances(of: mask, height: height, width: width, options)
  }
}
