import Foundation
import Testing
import UNetTestSupport

/// `unet plan`: from a folder of images to an experiment that trains.
@Suite struct PlanTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let made = try UnetCommand.run(
      "synthesize", "cells", "--output", folder("cells"), "--count", "5", "--size", "64")
    try #require(made.status == 0, "\(made.messages)")
  }

  private func plan(_ arguments: String...) throws -> UnetCommand.Outcome {
    try UnetCommand.run(["plan", folder("cells"), "--device", "cpu", "--minutes", "2"] + arguments)
  }

  @Test func theExperimentTrainsAsItStands() throws {
    let outcome = try plan()
    #expect(outcome.status == 0, "\(outcome.messages)")
    let file = folder("cells/experiment.yaml")
    #expect(outcome.output.hasSuffix("\(file)  next: unet train \(file) --device cpu\n"))
    #expect(outcome.output.contains("kind: instances") && outcome.output.contains("about "))
    let trained = try UnetCommand.run(
      "train", file, "--steps", "2", "--device", "cpu", "--output", folder("run"))
    #expect(trained.status == 0 && trained.output.contains("seg "), "\(trained.messages)")
    expectError(try plan(), status: 1, naming: "experiment.yaml", "--overwrite")
    // Elsewhere, images are named from the root.
    let other = try plan("--output", folder("other.yaml"))
    #expect(
      other.status == 0 && other.output.contains("images: \(folder("cells"))/images.tif"), "\(other.output)")
  }

  /// What the plan says of memory is what its training takes.
  @Test func theMemoryIsThatOfTheTraining() throws {
    func megabytes(_ text: String) throws -> Double {
      let match = try #require(text.firstMatch(of: /and ([0-9]+) MB on/), "\(text)")
      return try #require(Double(match.1))
    }
    let planned = try megabytes(try plan().output)
    let trained = try UnetCommand.run(
      "train", folder("cells/experiment.yaml"), "--steps", "3", "--device", "cpu", "--output", folder("run"))
    #expect(abs(try megabytes(trained.messages) / planned - 1) < 0.02)
  }

  @Test func mistakesAreNamed() throws {
    let images = folder("cells/images.tif")
    expectError(
      try plan("--output", images, "--overwrite"), status: 1, naming: images,
      "is an input and would be replaced")
    expectError(try plan("--minutes", "0"), status: 64, naming: "--minutes 0")
    expectError(
      try plan("--images", "images.tif"), status: 64, naming: "--images and --labels belong together")
    expectError(
      try UnetCommand.run("plan", folder("nowhere"), "--device", "cpu"), status: 1, naming: "nowhere",
      "does not exist")
    expectError(
      try UnetCommand.run(
        "plan", folder(""), "--images", "cells/images.tif", "--labels", "cells/none.tif", "--device", "cpu"),
      status: 1, naming: "none.tif")
  }
}
