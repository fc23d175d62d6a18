import UNetNumerics

/// One step's input and target.  h and w are the sides of the network's scores, smaller than those of the image where
/// convolutions are not padded: 388 for 572 and figure 1.
public struct Sample: Sendable, Equatable {
  /// Grey values, `[1, H, W, C]`, H = W = the input tile's side.
  public let image: Tensor
  /// Class numbers, `[1, h, w]`, h = w = the output tile's side.
  public let labels: Tensor
  /// Weights, `[1, h, w]`; 0 where the label is unknown.
  public let weights: Tensor

  /// A sample of these tensors.
  public init(image: Tensor, labels: Tensor, weights: Tensor) {
    (self.image, self.labels, self.weights) = (image, labels, weights)
  }
}

extension Sample {
  /// This sample of `frame` with other grey values: x becomes mean + c (x - mean) + b deviation, where mean and
  /// deviation are those of the whole normalised image, c is uniform in 1 ± contrast and b in ± brightness.
  func changed(_ grey: AugmentationOptions.Grey, of frame: PreparedFrame, _ stream: RandomStream, step: Int)
    -> Sample
  {
    let contrast = 1 + grey.contrast * (2 * stream.uniform(step: step, index: 0) - 1)
    let brightness = grey.brightness * (2 * stream.uniform(step: step, index: 1) - 1)
    let factor = Float(contrast)
    let offset = Float(frame.mean * (1 - contrast) + brightness * frame.deviation)
    let elements = image.elements.map { factor * $0 + offset }
    return Sample(image: Tensor(image.shape, elements), labels: labels, weights: weights)
  }
}
