import UNetData
import UNetNumerics

/// One image to be evaluated: what is true and what was proposed.
public struct ComparedFrame: Sendable {
  /// Pixels in a row.
  package let width: Int
  /// Rows.
  package let height: Int
  /// The true label of each pixel, a number of an object or a class: 0 background (or border), negative unknown.
  package let truth: [Int32]
  /// The proposed probability of foreground at each pixel.
  package private(set) var probabilities: [Float]
  /// The proposed object of each pixel, 0 for none; `nil`: the 4-connected regions above the threshold.
  package let instances: [Int32]?
  /// The proposed class of each pixel, where there are more classes than background and foreground; negative for none,
  /// which is wrong wherever the truth is known.
  package let classes: [Int32]?

  /// A frame, its arrays in rows from the top.
  ///
  /// - Throws: `FrameError` where an array has not width · height elements.
  public init(
    width: Int, height: Int, truth: [Int32], probabilities: [Float], instances: [Int32]? = nil,
    classes: [Int32]? = nil
  ) throws {
    for (name, count) in [
      ("truth", truth.count), ("probabilities", probabilities.count),
      ("instances", instances?.count ?? width * height), ("classes", classes?.count ?? width * height),
    ] where count != width * height {
      throw FrameError(array: name, count: count, width: width, height: height)
    }
    (self.width, self.height) = (width, height)
    (self.truth, self.probabilities) = (truth, probabilities)
    (self.instances, self.classes) = (instances, classes)
  }

  /// A frame of which objects were proposed, numbered from 1, 0 for none; what is in one is foreground.
  /// - Throws: `FrameError`.
  public init(width: Int, height: Int, truth: [Int32], instances: [Int32]) throws {
    try self.init(
      width: width, height: height, truth: truth, probabilities: instances.map { $0 > 0 ? 1 : 0 },
      instances: instances)
  }
}

extension ComparedFrame {
  /// The frame with ones where the probability is greater than `threshold`, and zeros: whatever threshold a metric takes, it
  /// judges this one.
  package func divided(at threshold: Double) -> ComparedFrame {
    var divided = self
    divided.probabilities = probabilities.map { isForeground($0, above: threshold) ? 1 : 0 }
    return divided
  }
}

/// A frame whose arrays do not fit its size.
public struct FrameError: Error, Equatable, CustomStringConvertible {
  /// Which array.
  package let array: String
  /// The number of its elements.
  package let count: Int
  /// The frame's pixels in a row.
  package let width: Int
  /// The frame's rows.
  package let height: Int

  /// One sentence with the remedy.
  public var description: String {
    "\(array) has \(count) pixels for an image of \(width) x \(height): give truth and prediction of one size"
  }
}

extension Frame {
  /// What is true of each pixel for `ComparedFrame`: 0 background, a cell's id or class, -1 unknown.
  package var truth: [Int32] {
    guard let instances = annotation.instances else { return annotation.classes }
    return zip(annotation.classes, instances).map { $0 < 0 ? -1 : $1 }
  }
}
