import Testing
import UNetImages
import UNetTestSupport

/// `data.regions`: parts of a large image are learnt from as if they had been saved.
@Suite struct PartsTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }

  /// The pictures of the tiny experiment beside each other in one image.
  init() throws {
    tiny = try TinyExperiment()
    for name in ["images", "labels"] {
      let pages = try ImageFile.read(folder("\(name).tif"))
      let wide = grey(64, 192, pages[0].format) { at in
        pages[at % 192 / 64].pixels[at / 192 * 64 + at % 64]
      }
      try folder.write([wide], "wide-\(name).tif")
    }
  }

  private func train(_ regions: String, file: String = "wide-images.tif") throws -> UnetCommand.Outcome {
    try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--overwrite", "--set",
      "data.images=wide-images.tif", "--set", "data.labels=wide-labels.tif", "--set",
      "data.regions={\(file): [\(regions)]}")
  }

  @Test func theNetworkIsThatOfImages() throws {
    let outcome = try train("'0,0,64,64', '64,0,64,64', '128,0,64,64'")
    try #require(outcome.status == 0, "\(outcome.messages)")
    #expect(!outcome.messages.contains("overlaps"))
    let whole = try TinyExperiment.trained.get()
    #expect(
      try SafetensorsFile.read(tiny.model).tensors == SafetensorsFile.read(whole.model).tensors)
    #expect(try folder.text("run/experiment.yaml").contains("\"0,0,64,64\""))
  }

  @Test func partsThatOverlapWhatJudgesAreTold() throws {
    let outcome = try train("'0,0,64,64', '64,0,64,64', '100,0,64,64'")
    #expect(outcome.status == 0)
    #expect(
      outcome.messages.contains("wide-images.tif part 64,0,64,64, which is learnt from, overlaps "),
      "\(outcome.messages)")
  }

  @Test func whatIsNotThereIsNamed() throws {
    expectError(
      try train("'0,0,64,64', '64,0,64,65'"), status: 64, naming: "has 192×64 pixels",
      "the part 64,0,64,65 ends beyond them")
    expectError(
      try train("'0,0,64,64'", file: "other.tif"), status: 64, naming: "data.regions names other.tif",
      "give the paths of images")
    expectError(try train("'0,0,64'"), status: 64, naming: "data.regions", "left, top, width and height")
    expectError(try train(""), status: 64, naming: "data.regions", "has no part")
    #expect(!folder.files.contains { $0.hasPrefix("run/") })
  }
}
