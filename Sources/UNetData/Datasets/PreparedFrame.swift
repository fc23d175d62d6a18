import UNetImages

/// A frame ready to be sampled: normalised, with its weights, made once.
package struct PreparedFrame: Sendable {
  /// The frame's name.
  package let name: String
  /// Rows and columns.
  package let height: Int, width: Int
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

  /// Prepares a frame.
  package init(_ frame: Frame, normalisation: Normalisation, weights options: WeightMapOptions) {
    let prepared = frame.image.prepared(scale: frame.scale, normalisation)
    (name, height, width) = (frame.name, prepared.shape[0], prepared.shape[1])
    (channels, image) = (prepared.shape[2], prepared.elements)
    (mean, deviation) = moments(image)
    classes = frame.annotation.classes.map { Float(max(0, $0)) }
    weights = weightMap(frame.annotation, options)
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
