import Foundation
import Testing
import UNetData
import UNetImages
import UNetTestSupport

/// Samples are those that SciPy makes, drawn from the same documents (Tests/FixtureScripts/make_augmentation_fixture.py).
///
/// The bound: places are Float32 of up to 128 pixels, so within 1e-5; values differ by up to 12 from pixel to pixel.
/// 1.4e-4 was measured.
@Test(arguments: [
  ("paper", AugmentationOptions.paper),
  (
    "other",
    AugmentationOptions(
      rotation: 20, elastic: .init(grid: 5, deviation: 2), grey: .init(contrast: 0.4, brightness: 1))
  ),
])
func augmentedSamplesAreSciPys(name: String, options: AugmentationOptions) throws {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/augmentation.safetensors").path
  let tensors = try SafetensorsFile.read(path).tensors
  let sampler = try Sampler(frames: [pattern()], input: 40, output: 24, seed: 11, options: options)
  for step in 0..<3 {
    let sample = sampler.sample(step: step)
    let image = try #require(tensors["\(name)/\(step)/image"])
    let worst = try #require(zip(sample.image.elements, image.elements).map { abs($0 - $1) }.max())
    #expect(sample.image.elements.count == image.elements.count && worst < 1e-3, "\(worst)")
    let labels = try #require(tensors["\(name)/\(step)/labels"]).elements
    let known = labels.indices.filter { labels[$0] >= 0 }
    #expect(known.count > 550 && known.allSatisfy { sample.labels.elements[$0] == labels[$0] })
  }
}

/// The picture of the fixture.
private func pattern() throws -> PreparedFrame {
  let (height, width) = (60, 70)
  let places = (0..<height * width).map { ($0 / width, $0 % width) }
  let image = Image(
    height: height, width: width, format: .float32,
    pixels: places.map { Float(($0 * 31 + $1 * 17 + $0 * $1) % 97) / 8 })
  let annotation = Annotation(
    height: height, width: width, classes: places.map { Int32(($0 / 5 + $1 / 7) % 3) }, instances: nil)
  let frame = Frame(name: "pattern", file: "pattern", page: 0, image: image, annotation: annotation)
  return PreparedFrame(frame, normalisation: .none, weights: WeightMapOptions())
}
