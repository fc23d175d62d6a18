import Foundation
import Testing
import UNetTestSupport

/// A disk that fills while a file is saved: one line, and the files of before are whole.
@Suite struct FullDiskTests {
  @Test func trainingNamesTheCheckpointAndLeavesNoHalf() throws {
    let tiny = try TinyExperiment()
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "data.hold-out=none", filesUpTo: 8
    )
    expectError(outcome, status: 1, naming: tiny.run + "/checkpoint.safetensors", "free some space")
    #expect(!tiny.folder.files.contains { $0.hasSuffix(".safetensors") })
  }

  @Test func aRunThatCannotSaveKeepsItsEarlierCheckpoint() throws {
    let tiny = try TinyExperiment(steps: 40, checkpointEvery: 10)
    let arguments = [
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "data.hold-out=none",
    ]
    let whole = try UnetCommand.run(arguments)
    try #require(whole.status == 0, "\(whole.messages)")
    let before = try tiny.folder.bytes("run/checkpoint.safetensors")
    let stopped = try UnetCommand.run(arguments + ["--resume"], filesUpTo: 8)
    expectError(stopped, status: 1, naming: "checkpoint.safetensors")
    #expect(try tiny.folder.bytes("run/checkpoint.safetensors") == before)
    #expect(try UnetCommand.run(arguments + ["--resume"]).state == whole.state)
  }

  @Test func segmentingKeepsTheEarlierResult() throws {
    let (trained, folder) = (try TinyExperiment.trained.get(), try TemporaryFolder())
    let image = try folder.write([noise(120, 120)], "a.tif")
    let old = try folder.write([noise(9, 9)], "a-probabilities.tif")
    let before = try folder.bytes("a-probabilities.tif")
    let outcome = try UnetCommand.run(
      "segment", trained.model, image, "--output", folder.path, "--device", "cpu", "--overwrite", filesUpTo: 8
    )
    expectError(
      outcome, status: 1, naming: old, "cannot write", "free some space or choose another place (--output)")
    #expect(try folder.bytes("a-probabilities.tif") == before)
    #expect(try folder.names == ["a-probabilities.tif", "a.tif"])
  }

  @Test func stacksThatDoNotFitAreNotBegun() throws {
    let folder = try TemporaryFolder()
    let outcome = try UnetCommand.run(
      "synthesize", "membranes", "--output", folder.path, "--count", "2", "--size", "128", filesUpTo: 8)
    expectError(
      outcome, status: 1, naming: folder("images.tif"), "free some space or choose another place (--output)")
    #expect(folder.files.isEmpty)
  }
}
