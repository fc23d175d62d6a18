import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// The best model of a training that goes on: judged anew by another figure, and never lost without a word.
@Suite struct BestModelResumeTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }
  private var best: String { tiny.run + "/best-model.safetensors" }

  /// 40 steps, of which the model with the best iou is kept.
  init() throws {
    tiny = try TinyExperiment(steps: 40)
    let outcome = try train()
    try #require(outcome.status == 0, "\(outcome.messages)")
  }

  private func train(_ arguments: [String] = [], best: String = "iou", set overrides: String...) throws
    -> UnetCommand.Outcome
  {
    try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "cpu"] + arguments
        + (["evaluation.every=5", "evaluation.best=\(best)"] + overrides).flatMap { ["--set", $0] })
  }

  private func logged(_ figure: String) throws -> [(step: Int, value: Double)] {
    let rows = try folder.text("run/log.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let column = try #require(rows[0].firstIndex(of: figure))
    return rows.dropFirst().compactMap { row in Double(row[column]).map { (Int(row[0]) ?? 0, $0) } }
  }

  private func kept() throws -> (step: Int, note: String) {
    let metadata = try SafetensorsFile.read(best).metadata
    return (Int(metadata["step"] ?? "") ?? -1, metadata["training.best"] ?? "")
  }

  private func text(_ value: Double) -> String { String(format: "%.6f", value) }

  /// A decay that ruins the weights, so that no later model is better.
  private let ruin = ["--resume", "--allow-changes", "--steps", "60", "--set", "training.weight-decay=5"]

  @Test func byAnotherFigureTheKeptModelIsJudgedAnewAndStaysWhereLaterOnesAreWorse() throws {
    let (step, before) = (try kept().step, try SafetensorsFile.read(best).tensors)
    let value = try #require(try logged("pixel-error").first { $0.step == step }?.value)
    let outcome = try train(ruin, best: "pixel-error")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let later = try logged("pixel-error").filter { $0.step > 40 }
    try #require(later.count == 4 && later.allSatisfy { $0.value > value })
    #expect(
      outcome.messages.contains("note: \(best), of step \(step), is judged anew: pixel-error \(text(value))"))
    #expect(try SafetensorsFile.read(best).tensors == before)
    #expect(try kept() == (step, "pixel-error \(value)"))
    #expect(outcome.output.contains("best    \(best)  pixel-error \(text(value)), step \(step)\n"))
    // What it notes holds where the training goes on again.
    let again = try train(["--resume", "--steps", "65"], best: "pixel-error", set: "training.weight-decay=5")
    #expect(again.status == 0 && !again.messages.contains("judged anew"), "\(again.messages)")
    #expect(try kept() == (step, "pixel-error \(value)"))
  }

  @Test func aBetterValueOfTheLogWhoseModelWasNotKeptIsTold() throws {
    let step = try kept().step
    let other = step == 5 ? 10 : 5
    let path = tiny.run + "/checkpoint.safetensors"
    var checkpoint = try SafetensorsFile.read(path)
    let log = (checkpoint.metadata["log"] ?? "").split(separator: "\n")
    let column = try #require(log[0].split(separator: ",").firstIndex(of: "pixel-error"))
    let lines = log.map { line in
      var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if fields[0] == "\(other)" { fields[column] = "0.0001" }
      return fields.joined(separator: ",")
    }
    checkpoint.metadata["log"] = lines.joined(separator: "\n") + "\n"
    try checkpoint.write(to: path)
    let outcome = try train(["--resume"], best: "pixel-error")
    #expect(
      outcome.messages.contains("; pixel-error 0.000100 after step \(other) was not kept\n"),
      "\(outcome.messages)")
    #expect(try kept().step == step)
  }

  @Test func figuresThatAreFoundOtherwiseAreFoundAnewOfTheKeptModel() throws {
    let step = try kept().step
    let outcome = try train(["--resume"], set: "prediction.threshold=0.7")
    #expect(
      outcome.messages.contains("\(best), of step \(step), is judged anew: iou 0."), "\(outcome.messages)")
  }

  /// Other labels of the held-out page are another truth: told, meant, and the kept model is judged by it.
  @Test(arguments: ["labels", "images"]) func anotherHeldOutPageIsAChange(part: String) throws {
    let step = try kept().step
    let page = part == "labels" ? plain(255, 64, 64).with(0, row: 9, column: 9) : noise(64, 64, seed: 5)
    var pages = try ImageFile.read(folder("\(part).tif"))
    pages[2] = page
    try folder.write(pages, "\(part).tif")
    let words =
      (part == "labels" ? "the labels of images.tif have" : "images.tif has") + " changed (held out)"
    expectError(
      try train(["--resume", "--steps", "60"]), status: 64, naming: "was written before a change: \(words)")
    let outcome = try train(["--resume", "--steps", "60", "--allow-changes"])
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(
      outcome.messages.contains("\(best), of step \(step), is judged anew: iou 0."), "\(outcome.messages)")
    #expect(!outcome.messages.contains("was not kept"), "\(outcome.messages)")
    let model = try SafetensorsFile.read(tiny.model)
    #expect(model.metadata["training.changes"] == "after step 40: \(words)")
    let again = try train(["--resume", "--steps", "65"])
    #expect(again.status == 0 && !again.messages.contains("judged anew"), "\(again.messages)")
  }

  @Test func aBestModelThatIsMissingOrDamagedIsToldWithWhatItWas() throws {
    try #require(try train(ruin).status == 0)
    let values = try logged("iou")
    let value = try #require(values.map(\.value).max())
    let step = try #require(values.first { $0.value == value }?.step)
    try #require(try kept().step == step && step < 60)
    let lost =
      "; the best so far, iou \(text(value)) after step \(step), is lost, and the best from now on is kept\n"
    let whole = Array(try folder.bytes("run/best-model.safetensors"))
    try FileManager.default.removeItem(atPath: best)
    let missing = try train(["--resume", "--steps", "65"], set: "training.weight-decay=5")
    #expect(missing.messages.contains("note: \(best) is not there\(lost)"), "\(missing.messages)")
    #expect(try kept().step >= 60)
    try folder.write(Array(whole.prefix(whole.count / 2)), "run/best-model.safetensors")
    let damaged = try train(["--resume", "--steps", "70"], set: "training.weight-decay=5")
    #expect(damaged.messages.contains("note: \(best) is truncated"), "\(damaged.messages)")
    #expect(damaged.messages.contains(lost), "\(damaged.messages)")
  }

  /// As where `evaluation.best` is thought of later.
  @Test func theModelFromWhichATrainingGoesOnIsKeptWhereThereIsNone() throws {
    let values = try logged("iou")
    let last = try #require(values.last)
    try FileManager.default.removeItem(atPath: best)
    let outcome = try train(ruin)
    #expect(outcome.status == 0 && last.step == 40)
    #expect(try kept() == (40, "iou \(last.value)"))
    #expect(outcome.messages.contains("is lost") == values.contains { $0.value > last.value })
  }

  /// A run that is killed may have kept a model after its last checkpoint.
  @Test func aModelOfAStepThatIsReachedAgainStays() throws {
    let late = try folder.bytes("run/best-model.safetensors")
    try #require(try kept().step > 10)
    try FileManager.default.removeItem(atPath: tiny.run)
    #expect(try train(["--steps", "10"]).status == 0)
    let early = try folder.bytes("run/checkpoint.safetensors")
    try folder.write(Array(late), "run/best-model.safetensors")
    let resumed = try train(["--resume"])
    #expect(resumed.status == 0 && !resumed.messages.contains("the best so far"), "\(resumed.messages)")
    #expect(try folder.bytes("run/best-model.safetensors") == late)
    // Where the training goes on otherwise, it is never reached.
    try folder.write(Array(early), "run/checkpoint.safetensors")
    let other = try train(["--resume", "--allow-changes"], set: "training.rate=0.005")
    #expect(
      other.messages.contains("of a training that goes on otherwise from step 10; the best"),
      "\(other.messages)")
  }
}
