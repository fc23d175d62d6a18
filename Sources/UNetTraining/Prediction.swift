import UNetGraph

/// What a network says of an image, each `[H, W, classes]`.
public struct Prediction: Sendable, Equatable {
  /// Raw scores; nil unless asked for.
  public let logits: Tensor?
  /// Probabilities.
  public let probabilities: Tensor

  /// A prediction.
  public init(logits: Tensor?, probabilities: Tensor) {
    (self.logits, self.probabilities) = (logits, probabilities)
  }

  /// The prediction for an image of another size (`Tensor.resized`), scores and probabilities each by themselves.
  public func resized(height: Int, width: Int) -> Prediction {
    Prediction(
      logits: logits?.resized(height: height, width: width),
      probabilities: probabilities.resized(height: height, width: width))
  }
}
