import UNetData
import UNetNumerics

/// Something that is counted of a frame, once for all metrics that need it.
package protocol Measurement: Sendable {
  /// What is kept of a frame.
  associatedtype Counts: Equatable & Sendable
}

/// A measurement of a frame as a whole.
package protocol FrameMeasurement: Measurement {
  /// What is kept of a frame.
  associatedtype Counts

  /// The counts of a frame.
  static func counts(of frame: MeasuredFrame) -> Counts
}

/// A measurement at each threshold of `ThresholdSweep.challenge`; a frame at a threshold is a unit of work.
package protocol ThresholdMeasurement: Measurement where Counts == [CountsAtThreshold] {
  /// What is kept of a frame at a threshold.
  associatedtype CountsAtThreshold: Equatable & Sendable

  /// The counts of a frame at its threshold.
  static func counts(of frame: inout ThresholdedFrame) -> CountsAtThreshold
}

/// A frame, and what is foreground and an object in it.
package struct MeasuredFrame: Sendable {
  /// The images.
  let images: ComparedFrame
  /// Foreground is a greater probability.
  let threshold: Double
  /// What the truth's labels mean.
  let kind: LabelKind

  /// The pixels at each of these thresholds, ascending.
  func pixels(at thresholds: [Double]) -> [PixelCounts] {
    var sweep = ThresholdSweep(thresholds)
    sweep.add(truth: images.truth, probabilities: images.probabilities)
    return sweep.counts
  }

  /// The number of its true object at each pixel, 0 for none, negative where that is unknown.
  var trueObjects: [Int32] {
    guard kind != .instances else { return images.truth }
    return zip(regions(of: images.truth.map { $0 > 0 }), images.truth).map { $1 < 0 ? -1 : $0 }
  }

  /// The number of its proposed object at each pixel, 0 for none.
  var proposedObjects: [Int32] { images.instances ?? regions(of: isForeground) }

  /// The true class of each pixel, negative where it is unknown; of membranes and instances the foreground is class 1.
  var trueClasses: [Int32] { kind == .classes ? images.truth : images.truth.map { min($0, 1) } }

  /// The proposed class of each pixel, negative for none; without classes the foreground is class 1.
  var proposedClasses: [Int32] {
    guard kind == .classes, let classes = images.classes else { return isForeground.map { $0 ? 1 : 0 } }
    return classes
  }

  private var isForeground: [Bool] {
    images.probabilities.map { UNetNumerics.isForeground($0, above: threshold) }
  }

  private func regions(of foreground: [Bool]) -> [Int32] {
    connectedComponents(
      of: foreground, height: images.height, width: images.width, connectivity: .four
    ).ids
  }
}
