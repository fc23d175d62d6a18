import Foundation
import Testing
import UNetTestSupport

/// The model of the best held-out figure, beside that of the last step.
@Suite struct BestModelTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }

  init() throws { tiny = try TinyExperiment(steps: 60) }

  private func train(_ arguments: String..., best: String = "iou") throws -> UnetCommand.Outcome {
    try UnetCommand.run(
      [
        "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "evaluation.every=5", "--set",
        "evaluation.best=\(best)",
      ] + arguments)
  }

  /// The value of a figure at each step that has it, from the log.
  private func logged(_ figure: String) throws -> [(step: Int, value: Double)] {
    let rows = try folder.text("run/log.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let column = try #require(rows[0].firstIndex(of: figure))
    return rows.dropFirst().compactMap { row in Double(row[column]).map { (Int(row[0]) ?? 0, $0) } }
  }

  @Test(arguments: [("iou", false), ("pixel-error", true)])
  func itIsThatOfTheBestStep(figure: String, lower: Bool) throws {
    let outcome = try train(best: figure)
    #expect(outcome.status == 0, "\(outcome.messages)")
    let values = try logged(figure)
    #expect(values.map(\.step) == Array(stride(from: 5, through: 60, by: 5)))
    let best = try #require(
      lower ? values.map(\.value).min() : values.map(\.value).max())
    let step = try #require(values.first { $0.value == best }?.step)
    let text = String(format: "%.6f", best)
    #expect(
      outcome.output.contains(
        "best    \(tiny.run)/best-model.safetensors  \(figure) \(text), step \(step)\n"),
      "\(outcome.output)")
    let metadata = try SafetensorsFile.read(folder("run/best-model.safetensors")).metadata
    #expect(metadata["step"] == "\(step)" && metadata["training.best"] == "\(figure) \(best)")
    // It is the model of a run of so many steps.
    let other = try UnetCommand.run(
      "train", tiny.file, "--output", folder("other"), "--device", "cpu", "--steps", "\(step)")
    #expect(other.status == 0, "\(other.messages)")
    #expect(
      try SafetensorsFile.read(folder("other/model.safetensors")).tensors
        == SafetensorsFile.read(folder("run/best-model.safetensors")).tensors)
  }

  @Test func choosingChangesNoBit() throws {
    let with = try train()
    let without = try UnetCommand.run(
      "train", tiny.file, "--output", folder("other"), "--device", "cpu")
    #expect(with.state == without.state && without.state != nil)
    #expect(!folder.files.contains("other/best-model.safetensors"))
    #expect(!without.output.contains("best "))
  }

  @Test func aResumedRunKeepsTheBestSoFar() throws {
    #expect(try train().status == 0)
    let whole = try folder.bytes("run/best-model.safetensors")
    let values = try logged("iou")
    for steps in [25, 40] {
      try FileManager.default.removeItem(atPath: tiny.run)
      #expect(try train("--steps", "\(steps)").status == 0)
      #expect(try train("--resume").status == 0)
      let metadata = try SafetensorsFile.read(folder("run/best-model.safetensors")).metadata
      let before = try SafetensorsFile.read(folder("run/best-model.safetensors")).tensors
      #expect(metadata["training.best"] == "iou \(try #require(values.map(\.value).max()))")
      try folder.write(Array(whole), "whole.safetensors")
      #expect(try SafetensorsFile.read(folder("whole.safetensors")).tensors == before)
    }
  }

  @Test func anEarlierRunsBestModelIsNotKept() throws {
    #expect(try train().status == 0)
    #expect(
      try UnetCommand.run(
        "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--overwrite"
      ).status == 0)
    #expect(!folder.files.contains("run/best-model.safetensors"))
  }

  @Test func aFigureThatIsNotMeasuredIsRefusedWithThoseThatAre() throws {
    expectError(
      try train(best: "accuracy"), status: 64,
      naming: "evaluation.best must be none or a figure of evaluation.metrics: ",
      "pixel-error", "iou", "found 'accuracy'")
    expectError(
      try train(best: "threshold"), status: 64,
      naming: "evaluation.best must be none or a figure of evaluation.metrics: ")
    expectError(
      try train("--set", "data.hold-out=none"), status: 64,
      naming: "evaluation.best is chosen on held-out images",
      "data.hold-out")
  }
}
