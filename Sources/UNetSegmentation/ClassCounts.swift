import Foundation
import UNetPrediction

/// Which classes a network says of pixels, in so far as it says one of all.
struct ClassCounts {
  private(set) var pixels = 0
  /// The class of every pixel; nil where there is none, or several (`isUniform`).
  private(set) var only: UInt8?
  private(set) var isUniform = true
  /// The probabilities of foreground lie between these.
  private(set) var least = Float.infinity, most = -Float.infinity

  /// Adds the pixels of a prediction.
  mutating func add(_ prediction: Prediction, _ foreground: [Float]) {
    pixels += foreground.count
    for p in foreground { (least, most) = (min(least, p), max(most, p)) }
    guard isUniform else { return }
    for label in prediction.labels() where label != only {
      guard only == nil else { return isUniform = false }
      only = label
    }
  }

  /// What a person should know of a result that is one class all over; nil where there is nothing odd.  A few pixels may
  /// well be of one class.
  func note(threshold: Double) -> String? {
    guard isUniform, let only, pixels > 4096 else { return nil }
    return String(
      format:
        "the network says class %d of every pixel (probability of foreground %.3g to %.3g, threshold %g): are "
        + "channels, resolution and grey values those of the training images, and were its held-out figures good?",
      Int(only), least, most, threshold)
  }
}
