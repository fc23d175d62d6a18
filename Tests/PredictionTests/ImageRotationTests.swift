import Testing
import UNetImages
import UNetNumerics
import UNetPrediction

@Suite("Rotations of an image")
struct RotationTests {
  @Test("a turn to the left: what stood right stands above, and four give the picture back")
  func quarter() {
    let image = Tensor([2, 3, 1], [1, 2, 3, 4, 5, 6])
    #expect(image.turned(by: 1) == Tensor([3, 2, 1], [3, 6, 2, 5, 1, 4]))
    #expect(image.turned(by: 2).elements == [6, 5, 4, 3, 2, 1])
    #expect(image.turned(by: -1) == image.turned(by: 3))
    #expect(image.turned(by: 3).turned(by: 1) == image)
    #expect(image.flipped(upDown: true, leftRight: false).elements == [4, 5, 6, 1, 2, 3])
    #expect(image.flipped(upDown: false, leftRight: true).elements == [3, 2, 1, 6, 5, 4])
  }

  @Test("channels stay with their pixel")
  func channels() {
    let image = picture(4, 5, channels: 3)
    for quarters in 0...3 {
      let turned = image.turned(by: quarters)
      for channel in 0..<3 {
        let plane = Tensor(
          [4, 5, 1], (0..<20).map { image.elements[3 * $0 + channel] }
        ).turned(by: quarters)
        let channel = (0..<20).map { turned.elements[3 * $0 + channel] }
        #expect(channel == plane.elements)
      }
    }
  }

  @Test("rotations are counter-clockwise, as turns are", arguments: [0.5, 1, 1.5, 2, 3])
  func direction(quarters: Double) {
    var image = Tensor(zeros: [21, 21, 1])
    image.elements[10 * 21 + 17] = 1  // 7 pixels to the right of the centre
    let canvas = Rotation(quarters: quarters, height: 21, width: 21).rotate(image)
    let (cosine, sine) = portableCosineAndSine(quarters * .pi / 2)
    let row = (Double(canvas.shape[0] - 1) / 2 - 7 * sine).rounded()
    let column = (Double(canvas.shape[1] - 1) / 2 + 7 * cosine).rounded()
    // At half a pixel from a lone one, both ways, cubic convolution leaves 0.316 of it.
    #expect(canvas.elements[Int(row) * canvas.shape[1] + Int(column)] > 0.3)
  }

  @Test("the canvas shows the picture between its pixels", arguments: [0.2, 0.5, 0.8])
  func interpolates(quarters: Double) {
    let rotation = Rotation(quarters: quarters, height: 41, width: 61)
    let canvas = rotation.rotate(waves(41, 61))
    let (cosine, sine) = portableCosineAndSine(quarters * .pi / 2)
    var count = 0
    for j in 0..<canvas.shape[0] {
      for i in 0..<canvas.shape[1] {
        let v = Double(j) - Double(canvas.shape[0] - 1) / 2
        let u = Double(i) - Double(canvas.shape[1] - 1) / 2
        let (y, x) = (20 + u * sine + v * cosine, 30 + u * cosine - v * sine)
        guard y > 2, y < 38, x > 2, x < 58 else { continue }
        let wave = portableCosineAndSine(0.11 * y - 0.07 * x).sine
        #expect(abs(Double(canvas.elements[j * canvas.shape[1] + i]) - wave) < 1e-3)
        count += 1
      }
    }
    #expect(count > 1500)
  }

  @Test("every pixel of the image stands on the canvas", arguments: [0.1, 0.25, 0.5, 0.99, 1.5])
  func covers(quarters: Double) {
    for (height, width) in [(1, 1), (1, 20), (37, 8), (25, 25)] {
      // One bright pixel after the other leaves a mark that comes back to its place.
      for at in [0, width - 1, (height - 1) * width, height * width - 1] {
        var image = Tensor(zeros: [height, width, 1])
        image.elements[at] = 1
        let rotation = Rotation(quarters: quarters, height: height, width: width)
        let back = rotation.back(rotation.rotate(image))
        #expect(back.shape == image.shape)
        let brightest = back.elements.indices.max { back.elements[$0] < back.elements[$1] }
        #expect(brightest == at)
        #expect(back.elements[at] > 0.3)
      }
    }
  }
}
