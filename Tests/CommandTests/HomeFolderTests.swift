import Foundation
import Testing
import UNetTestSupport

/// `~` in the paths of an experiment is the user's home folder, and variables are not expanded.
@Suite struct HomeFolderTests {
  @Test func imagesAndLabelsMayLieInTheHomeFolder() throws {
    let tiny = try TinyExperiment()
    let home = try TemporaryFolder()
    func train(_ run: String, _ arguments: [String], home: String) throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        ["train", tiny.file, "--output", tiny.folder(run), "--device", "cpu"] + arguments,
        environment: ["HOME": home])
    }
    let here = try train("run", [], home: home.path)
    for name in ["images.tif", "labels.tif"] {
      try FileManager.default.moveItem(atPath: tiny.folder(name), toPath: home(name))
    }
    let paths = ["--set", "data.images=~/images.tif", "--set", "data.labels=~/labels.tif"]
    let there = try train("a", paths, home: home.path)
    #expect(there.status == 0, "\(there.messages)")
    #expect(there.state == here.state && here.state != nil, "\(here.messages)")
    expectError(
      try train("b", paths, home: tiny.folder.path), status: 1,
      naming: "error: \(tiny.folder("images.tif")) does not exist: check the name")
  }

  @Test(arguments: ["$HOME/images.tif", "~someone/images.tif"])
  func whatIsNotExpandedIsNamed(path: String) throws {
    let tiny = try TinyExperiment()
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "data.images=\(path)")
    expectError(
      outcome, status: 1, naming: tiny.folder(path), "does not exist",
      "variables such as $HOME are not expanded, and ~ is the home folder")
    let initial = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "training.initial=\(path)")
    expectError(
      initial, status: 1, naming: tiny.folder(path), "does not exist", "variables such as $HOME are not")
  }

  @Test func foldersPartedAsOnWindowsAreTold() throws {
    let tiny = try TinyExperiment()
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", #"data.images='data\images.tif'"#)
    expectError(outcome, status: 1, naming: "does not exist", "folders are parted by '/'")
  }

  @Test func numbersBehindFlagsAreThoseOfAnExperiment() throws {
    let tiny = try TinyExperiment()
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--steps", "2e1")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let trained = try TinyExperiment.trained.get()
    #expect(
      try tiny.folder.bytes("run/model.safetensors") == trained.folder.bytes("run/model.safetensors"))
    expectError(
      try UnetCommand.run(
        "segment", tiny.model, tiny.folder("images.tif"), "--output", tiny.folder.path, "--threshold", "0,5"),
      status: 64, naming: "--threshold", "must be a number with a decimal point, such as 0.5")
  }
}
