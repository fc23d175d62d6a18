import Foundation
import Testing
import UNetImages
import UNetPrediction
import UNetTestSupport

/// How a model's prediction is averaged and made into instances, from the experiment and from the command.
@Suite struct PredictionTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws { (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model) }

  private func segment(_ image: String, to output: String, _ arguments: String...) throws -> [UInt8] {
    let outcome = try UnetCommand.run(
      ["segment", model, image, "--output", folder(output), "--device", "cpu"] + arguments)
    try #require(outcome.status == 0, "\(outcome.messages)")
    return Array(try folder.bytes("\(output)/a-probabilities.tif"))
  }

  @Test func oneRotationIsThePredictionAlone() throws {
    let image = try folder.write([noise(70, 51)], "a.tif")
    let plain = try segment(image, to: "plain")
    #expect(try segment(image, to: "one", "--rotations", "1", "--no-flips") == plain)
    #expect(try segment(image, to: "seven", "--rotations", "7") != plain)
    #expect(try segment(image, to: "flips", "--flips") != plain)
  }

  @Test func averagesAreTheSameBitsOnEveryDeviceAndForEveryTile() throws {
    let image = try folder.write([noise(70, 51)], "a.tif")
    for versions in [["--rotations", "3"], ["--rotations", "4", "--flips", "--overwrite"]] {
      let files = try [("cpu", "60"), ("cpu", "140"), ("opencl", "100")].map { device, tile in
        let outcome = try UnetCommand.run(
          ["segment", model, image, "--output", folder(device + tile), "--device", device, "--tile", tile]
            + versions)
        try #require(outcome.status == 0, "\(outcome.messages)")
        return try folder.bytes("\(device)\(tile)/a-probabilities.tif")
      }
      #expect(files[0] == files[1] && files[1] == files[2])
    }
  }

  @Test func aTurnedImageHasTheTurnedMean() throws {
    let image = noise(70, 51)
    let places = (0..<51 * 70).map { (at: Int) -> Int in (at % 70) * 51 + 50 - at / 70 }
    let turned = Image(height: 51, width: 70, format: .uint8, pixels: places.map { image.pixels[$0] })
    for (name, picture) in [("a", image), ("b", turned)] {
      let file = try folder.write([picture], "\(name).tif")
      let outcome = try UnetCommand.run(
        "segment", model, file, "--output", folder("out"), "--device", "cpu", "--rotations", "4")
      try #require(outcome.status == 0, "\(outcome.messages)")
    }
    let a = try ImageFile.read(folder("out/a-probabilities.tif"))[0]
    let b = try ImageFile.read(folder("out/b-probabilities.tif"))[0]
    #expect(b.pixels == places.map { a.pixels[$0] })
  }

  @Test func scoresOfSeveralRotationsAreRefused() throws {
    let image = try folder.write([noise(30, 30)], "a.tif")
    let outcome = try UnetCommand.run(
      "segment", model, image, "--output", folder("out"), "--device", "cpu", "--write", "logits",
      "--rotations", "7")
    expectError(outcome, status: 64, naming: "--write", "logits", "7", "--rotations 1")
    #expect(!folder.files.contains { $0.hasPrefix("out/") })
  }

  @Test func theModelKeepsWhatTheExperimentSaysAndTheCommandOverridesIt() throws {
    let tiny = try TinyExperiment()
    let trained = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "prediction.rotations=4",
      "--set", "prediction.flips=true", "--set", "prediction.instances={smallest-area: 30, grow: 2}")
    try #require(trained.status == 0, "\(trained.messages)")
    let image = try folder.write([try ImageFile.read(tiny.folder("images.tif"))[2]], "a.tif")
    func results(_ output: String, _ arguments: String...) throws -> [Data] {
      let outcome = try UnetCommand.run(
        [
          "segment", tiny.model, image, "--output", folder(output), "--device", "cpu", "--write",
          "probabilities,instances",
        ] + arguments)
      try #require(outcome.status == 0, "\(outcome.messages)")
      return try ["probabilities", "instances"].map { try folder.bytes("\(output)/a-\($0).tif") }
    }
    let own = try results("own")
    let same = try results(
      "same", "--rotations", "4", "--flips", "--smallest-area", "30", "--grow", "2", "--no-fill-holes")
    #expect(own == same)
    #expect(try results("once", "--rotations", "1", "--no-flips")[0] != own[0])
    #expect(try results("small", "--grow", "0")[1] != own[1])
  }

  @Test func theLastJudgementIsOfTheAveragedPredictionAndOfItsInstances() throws {
    let tiny = try TinyExperiment()
    let trained = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "prediction.rotations=3",
      "--set", "prediction.instances={smallest-area: 20, grow: 1, fill-holes: true}")
    try #require(trained.status == 0, "\(trained.messages)")
    let image = try tiny.folder.write([try ImageFile.read(tiny.folder("images.tif"))[2]], "held.tif")
    try tiny.folder.write([try ImageFile.read(tiny.folder("labels.tif"))[2]], "truth.tif")
    let segmented = try UnetCommand.run(
      "segment", tiny.model, image, "--output", tiny.folder.path, "--device", "cpu", "--write",
      "probabilities,instances")
    try #require(segmented.status == 0, "\(segmented.messages)")
    for (result, metrics) in [("probabilities", "pixel,iou"), ("instances", "seg")] {
      let judged = try UnetCommand.run(
        "evaluate", "--truth", tiny.folder("truth.tif"), "--prediction",
        tiny.folder("held-\(result).tif"), "--metrics", metrics, "--threshold",
        "\(Model.read(tiny.model).threshold)")
      for line in judged.figuresText.split(separator: "\n") {
        let figure = line.split(separator: " ").prefix(2)
        #expect(figure.count == 2)
        #expect(
          trained.output.split(separator: "\n").contains { $0.split(separator: " ").prefix(2) == figure },
          "\(line) is not in:\n\(trained.output)")
      }
    }
  }
}
