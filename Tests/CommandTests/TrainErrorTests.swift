import Foundation
import Testing
import UNetTestSupport

/// Bad input to `unet train`: one line that names the file or the key, a status, and no run begun.
@Suite struct TrainErrorTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }

  init() throws { tiny = try TinyExperiment() }

  private func train(_ arguments: String...) throws -> UnetCommand.Outcome {
    let overrides = arguments.flatMap { ["--set", $0] }
    return try UnetCommand.run(["train", tiny.file, "--output", tiny.run, "--device", "cpu"] + overrides)
  }

  /// Expects the error, and that the run's folder was not begun.
  private func expectRefusal(
    _ outcome: UnetCommand.Outcome, status: Int32 = 1, naming words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectError(outcome, status: status, naming: words, sourceLocation: sourceLocation)
    #expect(
      !folder.files.contains { $0.hasPrefix("run/") }, "\(folder.files)", sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    (
      ["network.width=4096", "network.levels=5", "training.tile=572"],
      "network.width 4096, network.levels 5, training.tile 572 need"
    ),
    (["network.levels=2", "training.tile=32764"], "training.tile 32764 need"),
    (["prediction.tile=32764"], "prediction of held-out images: no memory for a tile of 32764"),
    (
      ["data={synthetic: {kind: cells, count: 4, size: 16384}}", "data.scale=8"],
      "68719 megapixels at data.scale 8.0, which need"
    ),
  ])
  func whatNoMemoryHoldsIsRefusedBeforeItIsTaken(overrides: [String], words: String) throws {
    let outcome = try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "cpu"] + overrides.flatMap { ["--set", $0] },
      in: "ulimit -v 8388608 && exec \"$@\"")
    expectRefusal(outcome, status: 64, naming: "tiny: ", words)
  }

  @Test func syntheticImagesAreGrey() throws {
    expectRefusal(
      try train("data={synthetic: {kind: cells}}", "network.channels=3"), status: 64,
      naming: "network.channels is 3, and data.synthetic makes grey images")
  }

  @Test func aMissingExperimentIsNamed() throws {
    expectError(
      try UnetCommand.run("train", folder("none.yaml")), status: 1, naming: "none.yaml", "check the name")
  }

  @Test func aFolderIsNamedWithTheExperimentInIt() throws {
    expectError(
      try UnetCommand.run("train", folder.path), status: 64,
      naming: "\(folder.path): is a folder: give an experiment, a YAML file, as \(tiny.file)")
    expectError(
      try UnetCommand.run("train", "/"), status: 64, naming: "/: is a folder: give an experiment, a YAML file"
    )
  }

  @Test func aMissingImageFileIsNamed() throws {
    expectRefusal(try train("data.images=gone.tif"), naming: folder("gone.tif"), "does not exist")
  }

  @Test func aMissingLabelFileIsNamed() throws {
    expectRefusal(try train("data.labels=gone.tif"), naming: folder("gone.tif"), "does not exist")
  }

  @Test func aTextNamedAsAnImageIsNamed() throws {
    try folder.write("These are words, not pixels.\n", "words.tif")
    expectRefusal(try train("data.images=words.tif"), naming: folder("words.tif"), "TIFF")
  }

  @Test func aTruncatedImageIsNamed() throws {
    let bytes = try folder.bytes("images.tif")
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: folder("half.tif")))
    expectRefusal(try train("data.images=half.tif"), naming: folder("half.tif"), "damaged")
  }

  @Test func labelsOfAnotherSizeAreNamedWithBothSizes() throws {
    try folder.write((0..<3).map { _ in plain(255, 64, 60) }, "other.tif")
    expectRefusal(
      try train("data.labels=other.tif"), naming: folder("other.tif"), folder("images.tif"), "64×60", "64×64")
  }

  @Test func labelsWithAnotherNumberOfPagesAreNamedWithBothNumbers() throws {
    try folder.write([plain(255, 64, 64), plain(255, 64, 64)], "two.tif")
    expectRefusal(
      try train("data.labels=two.tif"), naming: folder("two.tif"), folder("images.tif"), "2 pages", "3")
  }

  @Test func labelsWithoutACellAreNamed() throws {
    try folder.write((0..<3).map { _ in plain(0, 64, 64) }, "empty.tif")
    expectRefusal(try train("data.labels=empty.tif"), naming: folder("empty.tif"), "no cell")
  }

  @Test func aGreyImageGivenAsLabelsIsNamed() throws {
    try folder.write((0..<3).map { noise(64, 64, seed: $0) }, "grey.tif")
    expectRefusal(try train("data.labels=grey.tif"), naming: folder("grey.tif"), "looks like a grey image")
  }

  @Test func imagesGivenAsTheirOwnLabelsAreNamed() throws {
    expectRefusal(try train("data.labels=images.tif"), naming: folder("images.tif"), "as its own labels")
  }

  @Test func aPageListedAsPartlyAnnotatedThatDoesNotExistIsNamed() throws {
    expectRefusal(
      try train("data.partly-annotated=[1, 7]"), status: 64, naming: "data.partly-annotated", "page 7", "0-2")
  }

  @Test func aMaskWithoutItsImageIsNamed() throws {
    for n in 1...3 {
      try folder.write([plain(0, 64, 64)], "mask\(n).png")
      if n != 2 { try folder.write([noise(64, 64, seed: UInt64(n))], "picture\(n).png") }
    }
    expectRefusal(
      try train("data.images=picture*.png", "data.labels=mask*.png", "data.hold-out=none"),
      naming: folder("mask2.png"), "has no image")
  }

  @Test func imagesWithoutLabelsAreSaidAndLeftOut() throws {
    for n in 1...3 {
      try folder.write([noise(64, 64, seed: UInt64(n))], "picture\(n).png")
      if n != 2 { try folder.write([plain(255, 64, 64)], "mask\(n).png") }
    }
    let outcome = try train(
      "data.images=picture*.png", "data.labels=mask*.png", "data.hold-out=none", "training.steps=1")
    #expect(outcome.status == 0 && outcome.messages.contains("1 of 3 images have no labels"))
    #expect(outcome.messages.contains("picture2.png"))
    #expect(outcome.messages.contains("note: nothing is held out, so no figure"))
  }

  @Test func filesAreHeldOutByTheirNamesWithOrWithoutTheEnding() throws {
    for n in 1...3 {
      try folder.write([noise(64, 64, seed: UInt64(n))], "picture\(n).png")
      try folder.write([plain(255, 64, 64)], "mask\(n).png")
    }
    for files in ["picture3", "picture3.png", "*3"] {
      let outcome = try train(
        "data.images=picture*.png", "data.labels=mask*.png", "data.hold-out={files: '\(files)'}",
        "training.steps=1")
      #expect(outcome.messages.contains("2 images to train on, 1 held out"), "\(outcome.messages)")
      #expect(!outcome.messages.contains("nothing is held out"))
      try FileManager.default.removeItem(atPath: folder("run"))
    }
  }

  @Test func anImageInPlaceOfAnExperimentIsNamed() throws {
    let outcome = try UnetCommand.run("train", folder("images.tif"), "--output", folder("run"))
    expectRefusal(outcome, status: 64, naming: folder("images.tif"), "give an experiment, a YAML file")
  }

  @Test func aNaNIsNamedWithItsPlace() throws {
    let pages = (0..<3).map { noise(64, 64, .float32, seed: $0) }
    try folder.write([pages[0], pages[1].with(.nan, row: 5, column: 7), pages[2]], "nan.tif")
    expectRefusal(
      try train("data.images=nan.tif"), naming: folder("nan.tif"), "NaN", "page 1", "row 5", "column 7")
  }

  @Test func colourImagesForAGreyNetworkAreNamed() throws {
    try folder.write((0..<3).map { noise(64, 64, channels: 3, seed: $0) }, "colour.tif")
    expectRefusal(
      try train("data.images=colour.tif", "network.channels=1"), status: 64, naming: folder("colour.tif"),
      "3 channels",
      "network.channels=3")
  }

  @Test func anUnknownKeyIsNamedWithItsLineAndTheNearestKey() throws {
    try folder.write(
      try folder.text("experiment.yaml").replacingOccurrences(of: "steps:", with: "stepz:"), "experiment.yaml"
    )
    expectRefusal(try train(), status: 64, naming: "experiment.yaml:8", "'stepz'", "'steps'")
  }

  @Test func aWrongTypeIsNamedWithItsKey() throws {
    try folder.write(
      try folder.text("experiment.yaml").replacingOccurrences(of: "rate: 0.01", with: "rate: fast"),
      "experiment.yaml")
    expectRefusal(try train(), status: 64, naming: "experiment.yaml:8", "training.rate", "a number", "'fast'")
  }

  @Test func aTileThatDoesNotFitIsNamedWithTheNearestThatDo() throws {
    expectRefusal(try train("training.tile=61"), status: 64, naming: "training.tile", "61", "60", "62")
  }

  @Test func aHeldOutPageThatIsMissingIsNamed() throws {
    expectRefusal(try train("data.hold-out={pages: 3}"), status: 64, naming: "data.hold-out", "page 3", "0-2")
  }

  @Test func anotherDigestIsNamedWithTheFile() throws {
    let digest = String(repeating: "0", count: 64)
    expectRefusal(
      try train("data.sha256={images.tif: \(digest)}"), status: 64, naming: folder("images.tif"), digest)
  }

  @Test func aFolderThatCannotBeMadeIsAWrongCommand() throws {
    let path = folder("images.tif/run")
    expectError(
      try UnetCommand.run("train", tiny.file, "--output", path, "--device", "cpu"), status: 64,
      naming: "\(path): cannot be a run's folder", "Not a directory", "(--output)")
  }

  @Test func anEarlierRunIsNotOverwrittenUnasked() throws {
    let trained = try TinyExperiment.trained.get()
    let before = try trained.folder.bytes("run/model.safetensors")
    expectError(
      try UnetCommand.run("train", trained.file, "--output", trained.run), status: 64,
      naming: trained.run,
      "go on with it, start anew or choose another folder (--resume, --overwrite, --output)")
    #expect(try trained.folder.bytes("run/model.safetensors") == before)
  }

  @Test func aRunThatCannotBeginLeavesTheEarlierOne() throws {
    let whole = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "cpu")
    try #require(whole.status == 0, "\(whole.messages)")
    let (files, model) = (folder.files, try folder.bytes("run/model.safetensors"))
    let failed = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--overwrite", "--set", "data.images=gone.tif")
    expectError(failed, status: 1, naming: folder("gone.tif"))
    #expect(folder.files == files)
    #expect(try folder.bytes("run/model.safetensors") == model)
  }

  @Test func aCheckpointOfAnotherExperimentIsNotResumed() throws {
    try #require(
      try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "cpu").status == 0)
    expectError(
      try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--resume", "--seed", "2"),
      status: 64,
      naming: "checkpoint.safetensors", "another experiment", "choose another folder (--output)")
  }
}
