import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// `unet export`.  `Tests/FixtureScripts/check_export.py` tries what it writes in other programs.
@Suite struct ExportTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws { (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model) }

  private func export(_ arguments: String...) throws -> UnetCommand.Outcome {
    try UnetCommand.run(["export", model] + arguments)
  }

  private func particulars(license: String = "CC0-1.0", name: String = "A model of a test") -> [String] {
    ["--name", name, "--description", "Of noise.", "--author", "Nobody", "--license", license]
  }

  @Test func aFileOfONNXSaysWhatItTakesAndGives() throws {
    let outcome = try export("--to", "onnx", "--output", folder("x.onnx"))
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(
      outcome.output.contains("image [images, 1, height, width] -> probabilities [images, 2, height, width]"))
    #expect(outcome.messages.contains("foreground is where the probability of cell is above"))
    let first = try folder.bytes("x.onnx")
    expectError(
      try export("--to", "onnx", "--output", folder("x.onnx")), status: 1, naming: "x.onnx", "--overwrite")
    #expect(try export("--to", "onnx", "--output", folder("x.onnx"), "--overwrite").status == 0)
    #expect(try folder.bytes("x.onnx") == first)
  }

  @Test func aPackageHasEverythingAndIsNeverGuessed() throws {
    try folder.write([noise(150, 140, seed: 1)], "new.tif")
    let base = ["--to", "bioimageio", "--output", folder("package"), "--example", folder("new.tif")]
    let lacking = try UnetCommand.run(["export", model] + base)
    expectError(lacking, status: 64, naming: "--name, --description, --author, --license")
    #expect(folder.files.allSatisfy { !$0.hasPrefix("package") })
    for (wrong, words) in [
      (particulars(name: "x"), "must have 5 to 128"), (particulars() + ["--cite", "a book"], "give a DOI"),
    ] {
      expectError(try UnetCommand.run(["export", model] + base + wrong), status: 64, naming: words)
    }
    let outcome = try UnetCommand.run(["export", model] + base + particulars())
    #expect(outcome.status == 0, "\(outcome.messages)")
    let files = Set(folder.files.filter { $0.hasPrefix("package/") }.map { String($0.dropFirst(8)) })
    #expect(
      files == [
        "weights.onnx", "test-input.npy", "test-output.npy", "README.md", "rdf.yaml", "cover.png",
      ])
    let text = try folder.text("package/rdf.yaml")
    #expect(text.contains("license: \"CC0-1.0\"") && text.contains("name: \"Nobody\""))
  }

  @Test func aSmallExampleIsMirrored() throws {
    try folder.write([noise(20, 20, seed: 1)], "small.tif")
    let outcome = try UnetCommand.run(
      ["export", model, "--to", "bioimageio", "--output", folder("p"), "--example", folder("small.tif")]
        + particulars())
    #expect(outcome.status == 0, "\(outcome.messages)")
    let side = try #require(
      try folder.text("p/rdf.yaml").split(separator: "\n").compactMap {
        $0.firstMatch(of: /min: ([0-9]+)/)?.1
      }
      .compactMap { Int($0) }.first)
    #expect(try folder.bytes("p/test-input.npy").count == 128 + 4 * side * side)
    #expect(try ImageFile.read(folder("p/cover.png"))[0].height == side)
  }

  @Test func pyTorchGetsWeightsAndAProgram() throws {
    #expect(try export("--to", "torch", "--output", folder("t")).status == 0)
    #expect(
      folder.files.filter { $0.hasPrefix("t/") }.sorted() == ["t/model.safetensors", "t/swift_unet.py"])
    #expect(try folder.bytes("t/model.safetensors") == Data(contentsOf: URL(fileURLWithPath: model)))
  }

  @Test func optionsBelongToTheirForm() throws {
    expectError(
      try export("--to", "torch", "--output", folder("t"), "--normalised"), status: 64,
      naming: "--normalised", "onnx")
    expectError(
      try export("--to", "onnx", "--output", folder("x"), "--license", "MIT"), status: 64,
      naming: "--license",
      "bioimageio")
    expectError(
      try UnetCommand.run("export", folder("none"), "--to", "onnx", "--output", folder("x")), status: 1,
      naming: "none")
  }
}
