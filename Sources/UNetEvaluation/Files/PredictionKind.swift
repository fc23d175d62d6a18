/// What the numbers of a prediction mean.
package enum PredictionKind: String, Sendable, CaseIterable {
  /// Probabilities of foreground, or a page or channel of them for each class: from 0 to 1, or
  /// whole numbers of 8 or 16 bits as value / 255 or value / 65535.
  case probabilities
  /// 0 is background, all else foreground; every 4-connected region of it is an object.
  case mask
  /// 0 is background, every other number an object.
  case instances
  /// Numbers of classes from 0; 255 is no class.
  case classes
}

/// How a prediction is read, and why.
struct PredictionReading {
  let kind: PredictionKind
  /// What says so, for people.
  let reason: String
  /// What stands for certainty, of probabilities: 1, or the largest number of 8 or 16 bits.
  var certain: Float = 1
}
