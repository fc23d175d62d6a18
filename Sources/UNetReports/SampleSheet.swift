import UNetData
import UNetImages
import UNetNumerics

/// A sample as a training sees it, as a picture for people.
package struct SampleSheet {
  private let sample: Sample
  private let lines: [Float]
  private let classes: Int
  private let greys: ClosedRange<Float>
  /// Pixels a side of the tile, and of what is scored in its middle.
  private let input: Int, output: Int
  /// What the weights lie between.
  package let weights: ClosedRange<Float>

  /// `lines`, `[1, H, W, C]`: 1 where the frame had straight lines; `greys`: the values from black to white.
  package init(_ sample: Sample, lines: Tensor, classes: Int, greys: ClosedRange<Float>) {
    (self.sample, self.lines, self.classes, self.greys) = (sample, lines.elements, classes, greys)
    (input, output) = (sample.image.shape[1], sample.labels.shape[1])
    let weights = sample.weights.elements
    self.weights = (weights.min() ?? 0)...(weights.max() ?? 0)
  }

  /// Four squares side by side: the image; the same with the output's outline and lines that were straight before; labels
  /// (unknown pixels red); weights, the sheet's greatest white.
  package var picture: Image {
    let weights = sample.weights.elements
    let labels = zip(sample.labels.elements, weights).map { label, weight -> [Float] in
      let shade = (255 * label / Float(max(1, classes - 1))).rounded()
      return weight == 0 ? [160, 0, 0] : [shade, shade, shade]
    }
    let heights = weights.map {
      [Float](repeating: (255 * $0 / max(self.weights.upperBound, 1e-9)).rounded(), count: 3)
    }
    return Overlay.beside([grey, outlined, framed(labels), framed(heights)])
  }

  /// The tile between black and white; the first channel alone unless there are three.
  private var grey: Image {
    let (tile, channels) = (sample.image, sample.image.shape[3])
    let pixels = (0..<input * input).flatMap { at in
      (0..<3).map { c in
        let value = tile.elements[at * channels + (channels == 3 ? c : 0)]
        return
          (255 * min(max((value - greys.lowerBound) / max(greys.upperBound - greys.lowerBound, 1e-9), 0), 1))
          .rounded()
      }
    }
    return Image(height: input, width: input, channels: 3, format: .uint8, pixels: pixels)
  }

  /// The image with yellow lines that are straight in the frame, and a blue line around what is scored.
  private var outlined: Image {
    let image = grey
    var picture = image
    let (first, last) = ((input - output) / 2 - 1, (input + output) / 2)
    for at in lines.indices {
      let (y, x) = (at / input, at % input)
      let isOutline =
        (first...last ~= y && (x == first || x == last)) || (first...last ~= x && (y == first || y == last))
      let colour: [Float] = isOutline ? [64, 160, 255] : [255, 220, 0]
      let share = isOutline ? 1 : min(max(lines[at], 0), 1)
      for c in 0..<3 {
        picture.pixels[3 * at + c] = (share * colour[c] + (1 - share) * image.pixels[3 * at + c]).rounded()
      }
    }
    return picture
  }

  /// Colours of the output's pixels, in the middle of a square of the input's size.
  private func framed(_ colours: [[Float]]) -> Image {
    let margin = (input - output) / 2
    var pixels = [Float](repeating: 96, count: 3 * input * input)
    for (at, colour) in colours.enumerated() {
      let to = 3 * ((at / output + margin) * input + at % output + margin)
      pixels.replaceSubrange(to..<to + 3, with: colour)
    }
    return Image(height: input, width: input, channels: 3, format: .uint8, pixels: pixels)
  }
}
