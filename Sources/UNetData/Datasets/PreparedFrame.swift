import UNetImages

/// A frame ready to be sampled: normalised, with its weights, made once.
package struct PreparedFrame: Sendable {
  /// The frame's name.
  package let name: String
  /// The number of rows.
  package let height: Int
  /// The number of columns.
  package let width: Int
  /// The number of values of a pixel.
  package private(set) var channels: Int
  /// Normalised grey values, `[H, W, C]`.
  package private(set) var image: [Float]
  /// Class numbers `[H, W]`, 0 where unknown.
  package let classes: [Float]
  /// Weights `[H, W]`, 0 where unknown.
  package let weights: [Float]
  /// The mean and the standard deviation of `image`, over all channels.
  package private(set) var mean, deviation: Double

  /// Prepares a frame that has an annotation.
  package init(_ frame: Frame, normalisation: Normalisation, weights options: WeightMapOptions) throws {
    guard let annotation = frame.annotation else {
      throw DataError(frame.file, "has no labels to learn from: give data.labels")
    }
    (name, height, width) = (frame.name, frame.image.height, frame.image.width)
    channels = frame.image.channels
    image = normalisation.normalise(frame.image)
    (mean, deviation) = moments(image)
    classes = annotation.classes.map { Float(max(0, $0)) }
    weights = try weightMap(annotation, options)
  }

  /// The frame with one channel of these values `[H, W]` in place of its image.
  package func showing(_ values: [Float]) -> PreparedFrame {
    precondition(values.count == height * width, "\(values.count) values for \(height)×\(width)")
    var frame = self
    (frame.image, frame.channels) = (values, 1)
    (frame.mean, frame.deviation) = moments(values)
    return frame
  }
}
