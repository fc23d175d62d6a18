import UNetImages

/// Pictures for people, 8-bit RGB.
package enum Overlay {
  /// `image`, the probability of foreground, and the image with the border of the foreground in red, side by side.
  package static func preview(_ image: Image, _ foreground: [Float], threshold: Double) -> Image {
    let grey = Image(
      height: image.height, width: image.width, format: .uint8,
      pixels: foreground.map { ($0 * 255).rounded() })
    return beside([colour(stretched(image)), colour(grey), picture(image, foreground, threshold: threshold)])
  }

  /// `image` with the border of the foreground, what is above `threshold`, in red.
  package static func picture(_ image: Image, _ foreground: [Float], threshold: Double) -> Image {
    var picture = colour(stretched(image))
    let inside = foreground.map { Double($0) > threshold }
    for y in 0..<image.height {
      for x in 0..<image.width where inside[y * image.width + x] {
        let at = y * image.width + x
        let border =
          (x > 0 && !inside[at - 1]) || (x + 1 < image.width && !inside[at + 1])
          || (y > 0 && !inside[at - image.width]) || (y + 1 < image.height && !inside[at + image.width])
        if border { picture.pixels.replaceSubrange(3 * at..<3 * at + 3, with: [255, 32, 32]) }
      }
    }
    return picture
  }

  /// The first channel spread over 0...255, from the 1st to the 99th percentile.
  private static func stretched(_ image: Image) -> Image {
    let first = stride(from: 0, to: image.pixels.count, by: image.channels).map { image.pixels[$0] }
    let grey = Image(height: image.height, width: image.width, format: image.format, pixels: first)
    let values = Normalisation.percentile.normalise(grey).map { min(max(($0 * 255).rounded(), 0), 255) }
    return Image(height: image.height, width: image.width, format: .uint8, pixels: values)
  }

  package static func colour(_ image: Image) -> Image {
    Image(
      height: image.height, width: image.width, channels: 3, format: .uint8,
      pixels: image.pixels.flatMap { [$0, $0, $0] })
  }

  /// Pictures of one height in a row, white lines between.
  package static func beside(_ pictures: [Image]) -> Image {
    let (height, gap) = (pictures[0].height, [Float](repeating: 255, count: 3 * 4))
    var pixels: [Float] = []
    for y in 0..<height {
      for (i, picture) in pictures.enumerated() {
        if i > 0 { pixels += gap }
        pixels += picture.pixels[3 * y * picture.width..<3 * (y + 1) * picture.width]
      }
    }
    let width = pictures.map(\.width).reduce(4 * (pictures.count - 1), +)
    return Image(height: height, width: width, channels: 3, format: .uint8, pixels: pixels)
  }
}
