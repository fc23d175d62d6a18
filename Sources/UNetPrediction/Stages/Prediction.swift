import UNetNumerics

/// What a network says of an image, each `[H, W, classes]`.
package struct Prediction: Sendable, Equatable {
  /// Raw scores; nil unless asked for.
  package let logits: Tensor?
  /// Probabilities.
  package let probabilities: Tensor

  /// A prediction.
  package init(logits: Tensor?, probabilities: Tensor) {
    (self.logits, self.probabilities) = (logits, probabilities)
  }

  /// The prediction for an image of another size (`Tensor.resized`), scores and probabilities each by themselves.
  package func resized(height: Int, width: Int) -> Prediction {
    Prediction(
      logits: logits?.resized(height: height, width: width),
      probabilities: probabilities.resized(height: height, width: width))
  }
}

/// The probability of white, `[H, W]`: that of any class but 0.
package func foreground(_ probabilities: Tensor) -> [Float] {
  let classes = probabilities.shape[2]
  return (0..<probabilities.shape[0] * probabilities.shape[1]).map { pixel in
    classes == 2 ? probabilities.elements[2 * pixel + 1] : 1 - probabilities.elements[classes * pixel]
  }
}
