import Foundation
import Testing
import UNetTestSupport

/// `unet choose`
@Suite struct ChooseTests {
  /// What is read is not replaced, whatever may be.
  @Test(arguments: ["model", "experiment", "images"]) func noInputIsReplaced(which: String) throws {
    let tiny = try TinyExperiment.trained.get()
    let file =
      ["model": tiny.model, "experiment": tiny.file, "images": tiny.folder("images.tif")][which] ?? ""
    let before = try Data(contentsOf: URL(fileURLWithPath: file))
    expectError(
      try UnetCommand.run(
        "choose", tiny.file, tiny.model, "--device", "cpu", "--table", file, "--overwrite"),
      status: 1, naming: file, "is an input and would be replaced")
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
  }

  @Test func theModelKeepsWhatWasChosenOnHeldOutImages() throws {
    let tiny = try TinyExperiment.trained.get()
    let folder = try TemporaryFolder()
    let outcome = try UnetCommand.run(
      "choose", tiny.file, tiny.model, "--by", "iou", "--device", "cpu", "--output",
      folder("chosen.safetensors"),
      "--table", folder("trials.csv"))
    #expect(outcome.status == 0, "\(outcome.messages)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("iou 0.") && lines[0].hasSuffix("as the model says"), "\(outcome.output)")
    let chosen = try #require(
      lines.last?.wholeMatch(of: /prediction: {threshold: ([0-9.]+), instances: {.*}}/))
    let threshold = chosen.1
    let table = try folder.text("trials.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(table[0].joined(separator: ",") == "varied,value,iou,best")
    #expect(table.count >= 20, "a round over the thresholds at least")
    let best = try #require(table.dropFirst().last { $0[3] == "1" })
    let values = table.dropFirst().compactMap { Double($0[2]) }
    #expect(Double(best[2]) == values.max())
    #expect(best[0].isEmpty || best[1] == threshold)
    // By two other commands: the held-out page segmented by the chosen model has that figure.
    let out = folder("out")
    let segmented = try UnetCommand.run(
      "segment", folder("chosen.safetensors"), tiny.folder("images.tif"), "--output", out, "--device", "cpu")
    #expect(segmented.status == 0, "\(segmented.messages)")
    let judged = try UnetCommand.run(
      "evaluate", "--truth", tiny.folder("labels.tif"), "--prediction", out + "/images-labels.tif",
      "--metrics", "iou",
      "--images", folder("images.csv"))
    #expect(judged.status == 0, "\(judged.messages)")
    let page = try #require(try folder.text("images.csv").split(separator: "\n").last)
    let value = try #require(page.split(separator: ",").compactMap { Double($0) }.last)
    #expect(abs(value - (Double(best[2]) ?? 2)) < 1e-6, "\(page) \(best)")
  }

  @Test func whatCannotBeChosenIsRefused() throws {
    let tiny = try TinyExperiment.trained.get()
    let wrong = try UnetCommand.run("choose", tiny.file, tiny.model, "--by", "speed")
    expectError(wrong, status: 64, naming: "--by speed: give a figure of these labels", "iou")
    let none = try UnetCommand.run("choose", tiny.file, tiny.model, "--set", "data.hold-out=none")
    expectError(none, status: 64, naming: tiny.file, "holds out no image to choose on", "data.hold-out")
    let two = try UnetCommand.run("choose", tiny.file, tiny.model, tiny.model, "--output", "x.safetensors")
    expectError(two, status: 64, naming: "--output is for a single model")
    let there = try UnetCommand.run("choose", tiny.file, tiny.model, "--output", tiny.model)
    expectError(there, status: 1, naming: tiny.model, "is an input and would be replaced")
  }
}
