import Foundation
import Testing
import UNetTestSupport
import UNetTraining

/// Folders of runs whose checkpoint is gone or whose files lead elsewhere, and trainings that end at another file.
@Suite struct LostCheckpointTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }

  init() throws { tiny = try TinyExperiment(steps: 8, checkpointEvery: 3) }

  private func train(_ more: String..., file: String? = nil) throws -> UnetCommand.Outcome {
    let keys = ["--set", "evaluation.every=4", "--set", "evaluation.best=iou"]
    return try UnetCommand.run(
      ["train", file ?? tiny.file, "--output", tiny.run, "--device", "cpu"] + keys + more)
  }

  @Test(arguments: [["model.safetensors", "curve.svg"], ["model.safetensors"], []])
  func aRunWithoutItsCheckpointIsNotBegunAnew(removed: [String]) throws {
    try #require(try train().status == 0)
    for name in removed + ["checkpoint.safetensors"] {
      try FileManager.default.removeItem(atPath: folder("run/\(name)"))
    }
    let before = try folder.files.map { ($0, try folder.bytes($0)) }
    expectError(
      try train("--resume"), status: 64, naming: "no checkpoint to go on from", "(--overwrite, --output)")
    for (name, bytes) in before { #expect(try folder.bytes(name) == bytes, "\(name)") }
  }

  /// As a kill leaves it before the first checkpoint: nothing is lost by the same steps again.
  @Test func aRunThatHadNoneYetBegins() throws {
    try #require(try train("--steps", "2").status == 0)
    for name in ["model.safetensors", "curve.svg", "checkpoint.safetensors"] {
      try FileManager.default.removeItem(atPath: folder("run/\(name)"))
    }
    let outcome = try train("--resume")
    #expect(outcome.status == 0 && outcome.messages.contains("nothing to resume"), "\(outcome.messages)")
  }

  @Test func aCheckpointThatLeadsNowhereIsNamed() throws {
    try #require(try train().status == 0)
    for name in ["model.safetensors", "curve.svg", "checkpoint.safetensors"] {
      try FileManager.default.removeItem(atPath: folder("run/\(name)"))
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder("run/checkpoint.safetensors"), withDestinationPath: "nowhere")
    expectError(try train("--resume"), status: 1, naming: "run/checkpoint.safetensors")
  }

  @Test(arguments: ["experiment.yaml", "model.safetensors"])
  func aLinkToTheExperimentIsNotWrittenThrough(name: String) throws {
    try #require(try train("--steps", "4").status == 0)
    try FileManager.default.removeItem(atPath: folder("run/\(name)"))
    try FileManager.default.createSymbolicLink(
      atPath: folder("run/\(name)"), withDestinationPath: "../experiment.yaml")
    let before = try folder.text("experiment.yaml")
    expectError(
      try train("--resume"), status: 1, naming: "run/\(name) is an input and would be replaced")
    #expect(try folder.text("experiment.yaml") == before)
  }

  @Test func aPictureThatCannotBeWrittenCostsNoStep() throws {
    let arguments = [
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "evaluation.every=4", "--set",
      "training.checkpoint-every=1000",
    ]
    let (outcome, caller) = try FaultLibrary.run(
      arguments, in: folder, Fault(function: "fwrite", call: 1, kind: .once))
    #expect(caller != nil)
    expectError(outcome, status: 1, naming: "run/previews/step-4.png", "free some space")
    #expect(Checkpoint.step(of: tiny.run + "/checkpoint.safetensors") == 4)
  }
}
