import SwiftUNet
import Testing
import UNetTestSupport

/// A program of one's own gets the command's bits.
@Suite struct LibraryTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws { (folder, path) = (try TemporaryFolder(), try TinyExperiment.trained.get().model) }

  private func command(_ image: Image, _ arguments: String...) throws {
    let file = try folder.write([image], "a.tif")
    let outcome = try UnetCommand.run(
      ["segment", path, file, "--output", folder.path, "--device", "cpu"] + arguments)
    try #require(outcome.status == 0, "\(outcome.messages)")
  }

  @Test func anImageIsSegmentedInThreeLines() throws {
    let image = noise(70, 51)
    let model = try Model.read(path)
    let segmenter = try Segmenter(model, on: CPUBackend())
    let prediction = try segmenter.segment(image)
    try command(image, "--write", "probabilities,labels,instances")
    #expect(prediction.foreground == (try ImageFile.read(folder("a-probabilities.tif"))[0].pixels))
    #expect(
      prediction.labels().map { 255 * Float($0) } == (try ImageFile.read(folder("a-labels.png"))[0].pixels))
    let instances = try ImageFile.read(folder("a-instances.tif"))[0].pixels
    #expect(prediction.instances().ids.map(Float.init) == instances)
  }

  @Test func anArrayIsSegmentedWithOptionsOfOnesOwn() throws {
    let (height, width, image) = (40, 53, noise(40, 53))
    let grey: [Float] = image.pixels
    let model = try Model.read(path)
    var options = SegmentationOptions(model)
    options.averaging = TestTimeAugmentation(rotations: 3, flips: true)
    options.tile = 100
    let segmenter = try Segmenter(model, options: options, on: CPUBackend())
    let prediction = try segmenter.segment(Tensor([height, width, 1], grey))
    try command(image, "--rotations", "3", "--flips", "--tile", "100")
    #expect(prediction.foreground == (try ImageFile.read(folder("a-probabilities.tif"))[0].pixels))
  }
}
