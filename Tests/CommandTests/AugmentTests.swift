import Testing
import UNetImages
import UNetTestSupport

/// `unet augment`: pictures of what training will see.
@Suite struct AugmentTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }

  init() throws { tiny = try TinyExperiment() }

  private func augment(_ arguments: String..., to output: String = "pictures") throws -> UnetCommand.Outcome {
    try UnetCommand.run(["augment", tiny.file, "--output", folder(output)] + arguments)
  }

  @Test func asManyPicturesAsAskedForAreWrittenAndNamed() throws {
    let outcome = try augment("--count", "3", "--time")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4 && lines[3].hasPrefix("a sample takes "))
    for step in 0..<3 {
      let file = folder("pictures/sample-\(step).png")
      #expect(lines[step].hasPrefix("\(file)  images, weights "))
      // Four squares of the tile's side, three lines between.
      let picture = try #require(try ImageFile.read(file).first)
      #expect((picture.height, picture.width, picture.channels) == (60, 4 * 60 + 3 * 4, 3))
      #expect(Set(picture.pixels).count > 10)
    }
  }

  @Test func theSeedDecidesThePictures() throws {
    #expect(try augment("--count", "2", to: "a").status == 0)
    #expect(try augment("--count", "2", to: "b").status == 0)
    #expect(try augment("--count", "2", "--seed", "9", to: "c").status == 0)
    for step in 0..<2 {
      let a = try folder.bytes("a/sample-\(step).png")
      #expect(try folder.bytes("b/sample-\(step).png") == a)
      #expect(try folder.bytes("c/sample-\(step).png") != a)
    }
  }

  @Test func whatIsWrongIsNamed() throws {
    expectError(try augment("--count", "0"), status: 64, naming: "--count 0")
    expectError(
      try augment("--set", "augmentation.elastic.grid=2"), status: 64, naming: "augmentation.elastic.grid")
    expectError(try augment("--set", "data.images=gone.tif"), status: 1, naming: folder("gone.tif"))
    expectError(
      try augment(to: "images.tif"), status: 1,
      naming:
        "cannot make the folder \(folder("images.tif")): Not a directory; choose another place (--output)")
    expectError(try UnetCommand.run("augment", tiny.file), status: 64, naming: "--output")
  }
}
