import UNetImages
import UNetNumerics

/// Grey noise, the same for a seed.
func noise(_ height: Int, _ width: Int, channels: Int = 1, _ format: Image.Format = .uint8, seed: UInt64 = 1)
  -> Image
{
  let stream = RandomStream(seed: seed, stream: 0)
  let pixels = (0..<height * width * channels).map { Float(stream.integer(below: 256, step: 0, index: $0)) }
  return Image(height: height, width: width, channels: channels, format: format, pixels: pixels)
}

/// One value everywhere.
func plain(_ value: Float, _ height: Int, _ width: Int, _ format: Image.Format = .uint8) -> Image {
  Image(
    height: height, width: width, format: format, pixels: [Float](repeating: value, count: height * width))
}

extension Image {
  /// The image with one value at a pixel.
  func with(_ value: Float, row: Int, column: Int) -> Image {
    var image = self
    image.pixels[(row * width + column) * channels] = value
    return image
  }
}
