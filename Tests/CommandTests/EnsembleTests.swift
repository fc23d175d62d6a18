import Foundation
import Testing
import UNetData
import UNetImages
import UNetPrediction
import UNetTestSupport

/// `unet segment` with several models, and of several classes.
@Suite struct EnsembleTests {
  private static let other = Result {
    let tiny = try TinyExperiment(steps: 5)
    let trained = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--seed", "7", "--set",
      "prediction.tile=100")
    try #require(trained.status == 0, "\(trained.messages)")
    return tiny
  }

  private let folder: TemporaryFolder
  private let model: String

  init() throws { (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model) }

  private func segment(_ models: [String], _ image: String, _ output: String, _ arguments: String...) throws
    -> UnetCommand.Outcome
  {
    try UnetCommand.run(
      ["segment"] + models + [image, "--output", folder(output), "--device", "cpu"] + arguments)
  }

  /// Their tiles differ, so that rows come in other portions.
  @Test func severalModelsGiveTheMeanOfTheirProbabilities() throws {
    let other = try Self.other.get().model
    let image = try folder.write([noise(210, 130)], "a.tif")
    for (models, name) in [([model], "first"), ([other], "second"), ([model, other], "both")] {
      let outcome = try segment(models, image, name)
      try #require(outcome.status == 0, "\(outcome.messages)")
    }
    let alone = try ["first", "second"].map {
      try ImageFile.read(folder("\($0)/a-probabilities.tif"))[0].pixels
    }
    let mean = zip(alone[0], alone[1]).map { Float((Double($0) + Double($1)) / 2) }
    #expect(alone[0] != alone[1])
    #expect(try ImageFile.read(folder("both/a-probabilities.tif"))[0].pixels == mean)
    let thresholds = try [model, other].map { try Model.read($0).threshold }
    let threshold = (thresholds[0] + thresholds[1]) / 2
    #expect(
      try ImageFile.read(folder("both/a-labels.png"))[0].pixels
        == mean.map { Double($0) > threshold ? 255 : 0 })
  }

  @Test func modelsThatDoNotGoTogetherAreNamed() throws {
    let image = try folder.write([noise(20, 20)], "a.tif")
    let classes = try TinyExperiment.trainedOnThreeClasses.get().model
    expectError(try segment([model, classes], image, "out"), status: 1, naming: "2, 3 classes")
    expectError(
      try segment([model, model], image, "out", "--write", "logits"), status: 64, naming: "--write",
      "one model")
    let none = try UnetCommand.run("segment", model, model, "--output", folder("out"))
    expectError(none, status: 64, naming: "give an image after the models")
    #expect(folder.files == ["a.tif"])
  }

  @Test func instancesOfEachClassHaveAChannel() throws {
    let image = try folder.write([noise(60, 50), noise(60, 50, seed: 2)], "a.tif")
    let outcome = try segment(
      [TinyExperiment.trainedOnThreeClasses.get().model], image, "out", "--write", "labels,instances")
    try #require(outcome.status == 0, "\(outcome.messages)")
    let labels = try ImageFile.read(folder("out/a-labels.tif"))
    #expect(try ImageFile.read(folder("out/a-instances.tif")).map(\.channels) == [2, 2])
    // As labels they are pages.
    let instances = try ImageFile.read(folder("out/a-instances.tif"), isLabels: true)
    #expect(instances.count == 4)
    for page in 0..<2 {
      for number in 1...2 {
        let regions = connectedComponents(
          of: labels[page].pixels.map { $0 == Float(number) }, height: 60, width: 50)
        #expect(instances[2 * page + number - 1].pixels == regions.ids.map { Float($0) })
      }
    }
  }

  /// Probabilities and scores of each class wait in a file where an image is larger than a tile.
  @Test func classesOfALargeImageAreThoseOfOneTile() throws {
    let image = try folder.write([noise(150, 140), noise(90, 100)], "a.tif")
    let model = try TinyExperiment.trainedOnThreeClasses.get().model
    for (name, tile) in [("small", "60"), ("large", "300")] {
      let outcome = try segment(
        [model], image, name, "--tile", tile, "--write", "probabilities,logits,labels,instances")
      try #require(outcome.status == 0, "\(outcome.messages)")
    }
    for name in ["probabilities", "logits", "labels", "instances"] {
      #expect(try folder.bytes("small/a-\(name).tif") == folder.bytes("large/a-\(name).tif"), "\(name)")
    }
  }
}
