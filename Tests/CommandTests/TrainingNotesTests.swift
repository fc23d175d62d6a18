import Foundation
import Testing
import UNetNumerics
import UNetTestSupport

/// What is said while a network is trained: where it says the same everywhere, its loss does not fall or its weights are no
/// numbers any more; and nothing where nothing is odd.
@Suite struct TrainingNotesTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }

  init() throws { tiny = try TinyExperiment(steps: 60) }

  private func train(_ arguments: [String] = [], set overrides: String...) throws -> UnetCommand.Outcome {
    try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "cpu"] + arguments
        + overrides.flatMap { ["--set", $0] })
  }

  private func notes(_ outcome: UnetCommand.Outcome) -> [Substring] {
    outcome.messages.split(separator: "\n").filter { $0.hasPrefix("note: ") }
  }

  /// Weights of 0 are those of a network whose every ReLU has died: nothing reaches them any more.
  @Test func aNetworkThatSaysTheSameEverywhereIsToldWithItsRate() throws {
    var file = try SafetensorsFile.read(TinyExperiment.trained.get().model)
    file.tensors = file.tensors.mapValues { Tensor(zeros: $0.shape) }
    try file.write(to: folder("dead.safetensors"))
    let outcome = try train(set: "training.initial=dead.safetensors", "evaluation.every=20")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let said = notes(outcome)
    // Once on the way, once at the end, and nothing else.
    #expect(said.count == 2, "\(outcome.messages)")
    #expect(
      said.allSatisfy { $0.contains("says the same of every held-out pixel (foreground with probability ") })
    #expect(
      said.first?.hasPrefix("note: step 20: ") ?? false && said.last?.hasPrefix("note: step 60: ") ?? false)
    #expect(said.allSatisfy { $0.contains("lower training.rate (0.01)") }, "\(said)")
  }

  @Test func classesThatNoLabelHasAreTold() throws {
    let outcome = try train(set: "network.classes=3")
    let words =
      "network.classes is 3, and labels of kind membranes have two classes: the others are never learnt"
    #expect(notes(outcome).contains { $0.contains(words) }, "\(outcome.messages)")
  }

  @Test func aNetworkThatCallsEveryPixelTheSameIsTold() throws {
    let outcome = try train(set: "prediction.threshold=0.999999", "evaluation.every=30")
    let said = notes(outcome).filter { $0.contains("every held-out pixel is said to be class 0, border") }
    #expect(
      said.count == 2 && said[0].contains("lower prediction.threshold (0.999999)"), "\(outcome.messages)")
  }

  @Test func aLossThatDoesNotFallIsToldWithTheRate() throws {
    let outcome = try train(set: "training.rate=1e-9")
    let said = notes(outcome).filter { $0.contains("the loss, ") }
    #expect(
      said.count == 1 && said[0].contains("try a higher or a lower training.rate (1e-09)"),
      "\(outcome.messages)")
  }

  @Test func whereNothingIsOddNothingIsSaid() throws {
    let outcome = try train(["--steps", "600"], set: "evaluation.every=50")
    #expect(outcome.status == 0 && notes(outcome).isEmpty, "\(outcome.messages)")
  }

  @Test func weightsThatAreNotFiniteAreNoModel() throws {
    let outcome = try train(["--steps", "1"], set: "training.rate=1e38")
    expectError(
      outcome, status: 64, naming: "tiny: diverged: '", "beyond 2^63 at step 1; lower training.rate")
    #expect(!folder.files.contains { $0.hasSuffix(".safetensors") || $0.hasSuffix("curve.svg") })
    #expect(!outcome.output.contains("iou"))
  }

  @Test func weightsThatWorkNoMoreAreNoModelEither() throws {
    let outcome = try train(["--steps", "1"], set: "training.rate=1e18")
    expectError(
      outcome, status: 64, naming: "tiny: diverged: predictions of held-out images are NaN")
    #expect(!folder.files.contains { $0.hasSuffix(".safetensors") || $0.hasSuffix("curve.svg") })
  }

  @Test func theLastGoodCheckpointStays() throws {
    #expect(try train().status == 0)
    let good = try folder.bytes("run/checkpoint.safetensors")
    let outcome = try train(
      ["--resume", "--allow-changes", "--steps", "61"], set: "training.rate=1e38",
      "training.checkpoint-every=1", "evaluation.every=1")
    expectError(
      outcome, status: 64, naming: "diverged", "at step 61",
      "\(tiny.run)/checkpoint.safetensors keeps the state after step 60")
    #expect(try folder.bytes("run/checkpoint.safetensors") == good)
    // From there it goes on with a rate that suits.
    #expect(try train(["--resume", "--steps", "70"]).status == 0)
  }
}
