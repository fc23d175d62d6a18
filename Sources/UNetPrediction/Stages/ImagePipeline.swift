import UNetImages
import UNetNumerics

/// From a picture as its file holds it to what a network says of each of its pixels.
package struct ImagePipeline: Sendable, Equatable {
  /// How grey values become the network's input.
  package var normalisation: Normalisation
  /// The resolution at which the network works, for 1 of the picture.
  package var scale: Double
  /// The versions of the picture that are averaged, at the network's resolution.
  package var averaging: TestTimeAugmentation

  /// These values.
  package init(normalisation: Normalisation, scale: Double = 1, averaging: TestTimeAugmentation = .none) {
    (self.normalisation, self.scale, self.averaging) = (normalisation, scale, averaging)
  }

  /// The prediction for `image`, at its own size.
  ///
  /// `predict` is given an image `[H, W, C]`, normalised and at the network's resolution, and whether raw scores are
  /// wanted.
  package func callAsFunction(
    _ image: Image, logits: Bool = false, _ predict: (Tensor, Bool) throws -> Prediction
  ) rethrows -> Prediction {
    let input = image.rescaled(by: scale)
    let tensor = Tensor([input.height, input.width, input.channels], normalisation(input))
    return try averaging(tensor, logits: logits, predict).resized(height: image.height, width: image.width)
  }
}
