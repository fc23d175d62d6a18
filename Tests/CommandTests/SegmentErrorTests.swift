import Foundation
import Testing
import UNetInterchange
import UNetNumerics
import UNetTestSupport

/// Bad input to `unet segment`: one line that names the file, a status, and no result.
@Suite struct SegmentErrorTests {
  private let folder: TemporaryFolder
  private let image: String
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    image = try folder.write([noise(50, 40)], "a.png")
    model = try TinyExperiment.trained.get().model
  }

  private func segment(_ model: String, _ arguments: String...) throws -> UnetCommand.Outcome {
    try UnetCommand.run(["segment", model, "--output", folder("results"), "--device", "cpu"] + arguments)
  }

  private func expectRefusal(
    _ outcome: UnetCommand.Outcome, status: Int32 = 1, naming words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectError(outcome, status: status, naming: words, sourceLocation: sourceLocation)
    #expect(
      !folder.files.contains { $0.hasPrefix("results/") }, "\(folder.files)", sourceLocation: sourceLocation)
  }

  @Test func aMissingModelIsNamed() throws {
    expectRefusal(
      try segment(folder("none.safetensors"), image), naming: "none.safetensors", "check the name")
  }

  @Test func aFolderInPlaceOfItsModelIsNamed() throws {
    let run = try TinyExperiment.trained.get().folder("run")
    expectRefusal(try segment(run, image), naming: run, "is a folder: give the model.safetensors in it")
  }

  @Test func aTruncatedModelIsNamed() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: model))
    try bytes.prefix(bytes.count - 100).write(to: URL(fileURLWithPath: folder("short.safetensors")))
    expectRefusal(
      try segment(folder("short.safetensors"), image), naming: "short.safetensors", "truncated", "100 bytes")
  }

  @Test func aTextInPlaceOfAModelIsNamed() throws {
    let text = try folder.write("not a model at all\n", "text.safetensors")
    expectRefusal(try segment(text, image), naming: text, "not a safetensors file")
  }

  @Test func aModelOfAnotherToolIsNamed() throws {
    let other = folder("other.safetensors")
    try SafetensorsFile(tensors: ["linear.weight": Tensor([1], [1])]).write(to: other)
    expectRefusal(try segment(other, image), naming: other, "no model of swift-unet")
  }

  @Test func aCheckpointInPlaceOfAModelIsNamed() throws {
    let checkpoint = try TinyExperiment.trained.get().folder("run/checkpoint.safetensors")
    expectRefusal(try segment(checkpoint, image), naming: checkpoint, "model.safetensors")
  }

  @Test func aModelWithoutOneOfItsTensorsIsNamed() throws {
    var file = try SafetensorsFile.read(model)
    file.tensors["head.bias"] = nil
    try file.write(to: folder("lacking.safetensors"))
    expectRefusal(
      try segment(folder("lacking.safetensors"), image), naming: "lacking.safetensors", "head.bias")
  }

  @Test func aMissingImageIsNamed() throws {
    expectRefusal(try segment(model, folder("gone.tif")), naming: folder("gone.tif"), "does not exist")
  }

  @Test func aGlobWithoutFilesIsNamed() throws {
    expectRefusal(try segment(model, folder("*.tiff")), naming: folder("*.tiff"), "matches no file")
  }

  @Test func aTextNamedAsAnImageIsNamed() throws {
    let words = try folder.write("words", "words.tif")
    expectRefusal(try segment(model, words), naming: words, "TIFF")
  }

  @Test func aNaNIsNamedWithItsPlace() throws {
    let bad = try folder.write([noise(30, 30, .float32).with(.nan, row: 2, column: 3)], "bad.tif")
    expectRefusal(try segment(model, bad), naming: bad, "NaN", "row 2", "column 3")
  }

  @Test func colourForAGreyModelIsNamed() throws {
    let colour = try folder.write([noise(30, 30, channels: 3)], "colour.png")
    expectRefusal(try segment(model, colour), naming: colour, "3 channels", "grey")
  }

  @Test func aTileThatDoesNotFitIsNamedWithTheNearestThatDo() throws {
    expectRefusal(try segment(model, image, "--tile", "61"), status: 64, naming: "--tile", "61", "60", "62")
  }

  @Test func imagesWhoseResultsWouldHaveOneNameAreNamed() throws {
    let twin = try folder.write([noise(50, 40)], "a.tif")
    expectRefusal(try segment(model, image, twin), naming: image, twin, "the same name")
    expectRefusal(try segment(model, image, image), naming: image, "twice")
  }

  @Test func aResultNeverReplacesAnImage() throws {
    let labels = try folder.write([noise(50, 40)], "a-labels.png")
    let before = try folder.bytes("a-labels.png")
    expectError(
      try UnetCommand.run("segment", model, image, labels, "--output", folder.path), status: 1,
      naming: labels, "choose another place (--output)")
    #expect(try folder.bytes("a-labels.png") == before)
  }

  @Test func anUnknownResultIsNamed() throws {
    expectRefusal(
      try segment(model, image, "--write", "labels,lables"), status: 64, naming: "--write: 'lables'")
  }
}
