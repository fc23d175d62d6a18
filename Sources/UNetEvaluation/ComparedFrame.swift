/// One image to be judged: what is true and what was proposed.
public struct ComparedFrame: Sendable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// The true label of each pixel: 0 black (background, border), positive white, negative unknown.
  public let truth: [Int32]
  /// The proposed probability of white at each pixel.
  public let probabilities: [Float]
  /// The proposed object of each pixel, 0 for none; `nil`: the 4-connected regions above the threshold.
  public let instances: [Int32]?

  /// A frame, its arrays in rows from the top.
  ///
  /// - Throws: `FrameError` where an array has not width · height elements.
  public init(
    width: Int, height: Int, truth: [Int32], probabilities: [Float], instances: [Int32]? = nil
  ) throws {
    for (name, count) in [
      ("truth", truth.count), ("probabilities", probabilities.count),
      ("instances", instances?.count ?? width * height),
    ] where count != width * height {
      throw FrameError(array: name, count: count, width: width, height: height)
    }
    (self.width, self.height) = (width, height)
    (self.truth, self.probabilities, self.instances) = (truth, probabilities, instances)
  }
}

/// A frame whose arrays do not fit its size.
public struct FrameError: Error, Equatable, CustomStringConvertible {
  /// Which array.
  public let array: String
  /// The number of its elements.
  public let count: Int
  /// The frame's pixels in a row.
  public let width: Int
  /// The frame's rows.
  public let height: Int

  /// One sentence with the remedy.
  public var description: String {
    "\(array) has \(count) pixels for an image of \(width) x \(height): give truth and prediction of one size"
  }
}
