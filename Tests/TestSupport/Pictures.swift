import UNetImages
import UNetNumerics

/// A grey picture of these values, row by row.
package func grey(_ height: Int, _ width: Int, _ format: Image.Format = .uint8, _ value: (Int) -> Float)
  -> Image
{
  Image(height: height, width: width, format: format, pixels: (0..<height * width).map(value))
}

/// One value everywhere.
package func plain(_ value: Float, _ height: Int, _ width: Int, _ format: Image.Format = .uint8) -> Image {
  grey(height, width, format) { _ in value }
}

/// Grey noise, the same for a seed.
package func noise(
  _ height: Int, _ width: Int, channels: Int = 1, _ format: Image.Format = .uint8, seed: UInt64 = 1
) -> Image {
  let stream = RandomStream(seed: seed, stream: 0)
  let pixels = (0..<height * width * channels).map { Float(stream.integer(below: 256, step: 0, index: $0)) }
  return Image(height: height, width: width, channels: channels, format: format, pixels: pixels)
}

extension Image {
  /// The image with one value at a pixel.
  package func with(_ value: Float, row: Int, column: Int) -> Image {
    var image = self
    image.pixels[(row * width + column) * channels] = value
    return image
  }
}
