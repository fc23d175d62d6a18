import Testing
import UNetImages
import UNetNumerics
import UNetTestSupport

private func smooth(_ height: Int, _ width: Int, channels: Int = 1) -> Image {
  let pixels = (0..<height * width * channels).map { at -> Float in
    let (y, x, c) = (at / channels / width, at / channels % width, at % channels)
    return 100 + 40 * Float(portableCosineAndSine(0.09 * Double(y) + 0.13 * Double(x) + Double(c)).sine)
  }
  return Image(height: height, width: width, channels: channels, format: .float32, pixels: pixels)
}

@Suite("Images and labels at another resolution")
struct RescalingTests {
  @Test("scale 1 changes nothing")
  func one() {
    let image = grey(7, 5) { Float($0 * 31 % 256) }
    let labels = LabelImage(image)
    #expect(image.rescaled(by: 1) == image && labels.rescaled(by: 1) == labels)
    let scores = Tensor([7, 5, 1], image.pixels)
    #expect(scores.resized(height: 7, width: 5) == scores)
  }

  @Test("sides are rounded to the nearest whole number and never vanish", arguments: [0.01, 0.3, 0.5, 1.7])
  func sides(scale: Double) {
    for (height, width) in [(1, 1), (7, 4), (512, 696)] {
      let image = grey(height, width) { _ in 3 }.rescaled(by: scale)
      #expect(abs(Double(image.height) - Double(height) * scale) <= 0.5 || image.height == 1)
      #expect(abs(Double(image.width) - Double(width) * scale) <= 0.5 || image.width == 1)
      #expect(image.height >= 1 && image.width >= 1)
    }
  }

  @Test("half the resolution is the mean of 2 × 2 pixels, in each channel")
  func halves() {
    let pixels: [Float] = [1, 10, 3, 30, 5, 50, 7, 70, 2, 20, 4, 40, 6, 60, 9, 90]
    let half = Image(height: 2, width: 4, channels: 2, format: .uint8, pixels: pixels).rescaled(by: 0.5)
    #expect((half.height, half.width, half.channels) == (1, 2, 2))
    #expect(half.pixels == [2.5, 25, 6.75, 67.5])
  }

  @Test("shrinking keeps the mean, pixels that are cut included", arguments: [0.2, 0.37, 0.5, 0.9])
  func means(scale: Double) {
    let image = grey(60, 50) { Float($0 * 7919 % 251) }
    func mean(_ x: [Float]) -> Double { x.reduce(0) { $0 + Double($1) } / Double(x.count) }
    // Each new pixel is rounded to Float32 once: 2^-24 of 255.
    #expect(abs(mean(image.rescaled(by: scale).pixels) - mean(image.pixels)) < 2e-5)
  }

  @Test("stripes finer than a pixel become grey, not moiré")
  func aliasing() {
    let stripes = grey(8, 64) { $0 % 2 == 0 ? 0 : 200 }
    #expect(stripes.rescaled(by: 0.25).pixels.allSatisfy { $0 == 100 })
  }

  @Test("a constant stays the same bits at every scale", arguments: [0.13, 0.5, 0.77, 1.3, 2, 3.1])
  func constants(scale: Double) {
    for value: Float in [0, 1, 0.1, 1 / 3, 254, 1e-30] {
      let image = grey(19, 23, .float32) { _ in value }.rescaled(by: scale)
      #expect(image.pixels.allSatisfy { $0 == value })
      let scores = Tensor([19, 23, 2], [Float](repeating: value, count: 19 * 23 * 2))
      #expect(scores.resized(height: image.height, width: image.width).elements.allSatisfy { $0 == value })
    }
  }

  @Test("a smooth picture comes back from twice its resolution, and nearly from half of it")
  func roundTrip() {
    let image = smooth(64, 90)
    for (scale, tolerance): (Double, Float) in [(2, 0.3), (0.5, 0.6)] {
      let scaled = image.rescaled(by: scale)
      let back = Tensor([scaled.height, scaled.width, 1], scaled.pixels).resized(height: 64, width: 90)
      // Away from the border, where the mirrored picture has a crease.
      for y in 4..<60 {
        for x in 4..<86 {
          #expect(abs(back.elements[y * 90 + x] - image.pixels[y * 90 + x]) < tolerance)
        }
      }
    }
  }

  @Test("a picture mirrored before is the picture mirrored after", arguments: [0.37, 0.5, 1.6])
  func symmetric(scale: Double) {
    func mirrored(_ image: Image) -> Image {
      var result = image
      for at in image.pixels.indices {
        result.pixels[at] = image.pixels[at / image.width * image.width + image.width - 1 - at % image.width]
      }
      return result
    }
    let image = smooth(20, 31)
    let (a, b) = (mirrored(image).rescaled(by: scale), mirrored(image.rescaled(by: scale)))
    // Sums run the other way round, and cubic weights are rounded on the other side.
    for (p, q) in zip(a.pixels, b.pixels) { #expect(abs(p - q) < 1e-4) }
  }

  @Test("labels take the pixel at their centre, and no number appears that was not there")
  func nearest() {
    let labels = LabelImage(height: 3, width: 5, numbers: Array(1...15))
    #expect(labels.rescaled(by: 3).rescaled(by: 1.0 / 3) == labels)
    #expect(labels.rescaled(by: 1.0 / 3) == LabelImage(height: 1, width: 2, numbers: [7, 9]))
    #expect(Set(labels.rescaled(by: 0.7).numbers).isSubset(of: labels.numbers))
  }
}
