import UNetImages
import UNetNumerics

/// Pictures for people, 8-bit RGB.
package struct Overlay {
  private let image: any ImageRows
  /// That of all channels in colour, else one for each.
  private let scales: [GreyScale]

  /// Pictures of `image`, spread over 0...255 from the 1st to the 99th percentile: three channels as colours, of others the
  /// mean, each spread by itself.
  package init(of image: any ImageRows) {
    self.image = image
    scales =
      image.channels == 3
      ? [Normalisation.percentile.scale(of: image)]
      : (0..<image.channels).map { Normalisation.percentile.scale(of: SingleChannel($0, of: image)) }
  }

  /// Some rows, `[rows, W, 3]`, with the border of the foreground in red; `inside` is that of the whole image.
  package func rows(_ rows: Range<Int>, inside: [Bool]) -> [UInt8] {
    let (height, width) = (image.height, image.width)
    var pixels = colours(rows)
    for (at, place) in (rows.lowerBound * width..<rows.upperBound * width).enumerated() {
      let (y, x) = (place / width, place % width)
      let isBorder =
        inside[place]
        && ((x > 0 && !inside[place - 1]) || (x + 1 < width && !inside[place + 1])
          || (y > 0 && !inside[place - width]) || (y + 1 < height && !inside[place + width]))
      if isBorder { pixels.replaceSubrange(3 * at..<3 * at + 3, with: [255, 32, 32]) }
    }
    return pixels
  }

  /// Some rows, `[rows, W, 3]`, with each instance in a colour of its own; `ids` are those of the whole image.
  package func rows(_ rows: Range<Int>, instances ids: [Int32]) -> [UInt8] {
    var pixels = colours(rows)
    let first = rows.lowerBound * image.width
    for at in 0..<rows.count * image.width where ids[first + at] > 0 {
      let colour = Self.tints[Int(ids[first + at] - 1) % Self.tints.count]
      for channel in 0..<3 {
        pixels[3 * at + channel] = UInt8((UInt16(pixels[3 * at + channel]) + UInt16(colour[channel])) / 2)
      }
    }
    return pixels
  }

  // Colours that people with any colour vision can tell apart (Okabe and Ito).
  private static let tints: [[UInt8]] = [
    [230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [0, 114, 178], [213, 94, 0],
    [204, 121, 167],
  ]

  /// Some rows, `[rows, W, 3]`.
  private func colours(_ rows: Range<Int>) -> [UInt8] {
    let values = image.values(rows: rows)
    if image.channels == 3 { return scales[0].applied(to: values).map(grey8) }
    var sums = [Float](repeating: 0, count: values.count / image.channels)
    for (channel, scale) in scales.enumerated() {
      let own = stride(from: channel, to: values.count, by: image.channels).map { values[$0] }
      for (at, value) in scale.applied(to: own).enumerated() { sums[at] += min(max(value, 0), 1) }
    }
    return sums.map { grey8($0 / Float(image.channels)) }.flatMap { [$0, $0, $0] }
  }

  /// `image`, the probability of foreground, and the image with the border of the foreground in red, side by side.
  package static func preview(_ image: Image, _ foreground: [Float], threshold: Double) -> Image {
    let (overlay, all) = (Overlay(of: image), 0..<image.height)
    func picture(_ pixels: [UInt8], channels: Int) -> Image {
      Image(
        height: image.height, width: image.width, channels: channels, format: .uint8,
        pixels: pixels.map(Float.init))
    }
    let chances = foreground.map(grey8)
    let outlined = overlay.rows(all, inside: foreground.map { isForeground($0, above: threshold) })
    return beside([
      picture(overlay.colours(all), channels: 3), colour(picture(chances, channels: 1)),
      picture(outlined, channels: 3),
    ])
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

/// The grey, 0...255, of a value from 0 to 1; what lies outside is cut, and NaN is black.
package func grey8(_ value: Float) -> UInt8 { value > 0 ? UInt8(min((value * 255).rounded(), 255)) : 0 }
