import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("Sampling")
struct SamplerTests {
  @Test("mirroring repeats no edge pixel and reflects as often as needed")
  func mirroring() {
    #expect((-7...8).map { mirrored($0, 4) } == [1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2])
    #expect((-3...3).map { mirrored($0, 1) } == [Int](repeating: 0, count: 7))
    #expect((-3...3).map { mirrored($0, 2) } == [1, 0, 1, 0, 1, 0, 1])
  }

  @Test("without augmentation an image of the output's size is exactly itself, mirrored at its border")
  func identity() throws {
    let frame = try frame(20, 20)
    let sampler = try Sampler(frames: [frame], input: 44, output: 20, seed: 3, options: .none)
    for step in 0..<5 {
      let sample = sampler.sample(step: step)
      #expect(sample.image.shape == [1, 44, 44, 1] && sample.labels.shape == [1, 20, 20])
      #expect(sample.labels.elements == frame.classes && sample.weights.elements == frame.weights)
      let expected = (0..<44 * 44).map {
        frame.image[mirrored($0 / 44 - 12, 20) * 20 + mirrored($0 % 44 - 12, 20)]
      }
      #expect(sample.image.elements == expected)
    }
  }

  @Test("a sample is a function of seed and step")
  func determinism() throws {
    let frames = [try frame(40, 50), try frame(60, 30)]
    let sampler = try Sampler(frames: frames, input: 24, output: 12, seed: 7)
    let again = try Sampler(frames: frames, input: 24, output: 12, seed: 7)
    let other = try Sampler(frames: frames, input: 24, output: 12, seed: 8)
    let steps = (0..<20).reversed().map { again.sample(step: $0) }
    #expect((0..<20).map { sampler.sample(step: $0) } == steps.reversed())
    #expect((0..<20).map { other.sample(step: $0) } != steps.reversed())
  }

  @Test("every position, and each of the 8 symmetries, occurs; labels and weights go along with the image")
  func coverage() throws {
    let frame = try frame(9, 8)
    let sampler = try Sampler(frames: [frame], input: 6, output: 6, seed: 1)
    var seen: Set<[Float]> = []
    for step in 0..<3000 {
      let sample = sampler.sample(step: step)
      seen.insert(sample.image.elements)
      for at in 0..<36 {
        // The image's values are the numbers of its pixels.
        let pixel = Int(sample.image.elements[at])
        #expect(sample.labels.elements[at] == frame.classes[pixel])
        #expect(sample.weights.elements[at] == frame.weights[pixel])
      }
    }
    #expect(seen.count == 4 * 3 * 8)
  }

  @Test("flips alone, and turns alone, give the 4 symmetries they make", arguments: [true, false])
  func symmetries(flips: Bool) throws {
    let options = AugmentationOptions(shift: true, flips: flips, quarterTurns: !flips)
    let sampler = try Sampler(frames: [frame(5, 5)], input: 5, output: 5, seed: 1, options: options)
    let seen = Set((0..<200).map { sampler.sample(step: $0).image.elements })
    let corners = Set(seen.map { [$0[0], $0[4]] })
    let flipped: Set<[Float]> = [[0, 4], [4, 0], [20, 24], [24, 20]]
    let turned: Set<[Float]> = [[0, 4], [4, 24], [24, 20], [20, 0]]
    #expect(corners == (flips ? flipped : turned))
  }

  @Test("without shifts a larger image gives the tiles that cover it")
  func tiles() throws {
    let sampler = try Sampler(frames: [frame(10, 4)], input: 4, output: 4, seed: 1, options: .none)
    let tops = Set((0..<100).map { Int(sampler.sample(step: $0).image.elements[0]) / 4 })
    #expect(tops == [0, 4, 6])
  }

  @Test("an image smaller than the output lies in the middle, mirrored all round")
  func small() throws {
    let sampler = try Sampler(frames: [frame(2, 3)], input: 9, output: 7, seed: 1, options: .none)
    let sample = sampler.sample(step: 0)
    let columns = (-2..<5).map { mirrored($0, 3) }
    let rows = (-2..<5).map { mirrored($0, 2) }
    let inner = rows.flatMap { row in columns.map { Float(row * 3 + $0) } }
    let middle = (1...7).flatMap { row in (1...7).map { sample.image.elements[row * 9 + $0] } }
    #expect(middle == inner)
  }

  @Test("no frames and frames of different kinds are refused")
  func refused() throws {
    #expect(
      complaint { _ = try Sampler(frames: [], input: 4, output: 4, seed: 1) }
        == "data has no image to train on: add some")
    let frames = [try frame(3, 3), try frame(3, 3, channels: 3)]
    #expect(
      complaint { _ = try Sampler(frames: frames, input: 2, output: 2, seed: 1) }
        == "frame has 3 channels, frame 1: give all grey or all colour")
  }

  /// A frame whose values number its pixels, with some classes and unknown pixels.
  private func frame(_ height: Int, _ width: Int, channels: Int = 1) throws -> PreparedFrame {
    let count = height * width
    let image = Image(
      height: height, width: width, channels: channels, format: .float32,
      pixels: (0..<count * channels).map { Float($0) })
    let classes = (0..<count).map { Int32($0 % 7 % 3 - 1) }
    let annotation = Annotation(height: height, width: width, classes: classes, instances: nil)
    let frame = Frame(name: "frame", file: "frame.tif", page: 0, image: image, annotation: annotation)
    return PreparedFrame(frame, normalisation: .none, weights: WeightMapOptions())
  }
}
