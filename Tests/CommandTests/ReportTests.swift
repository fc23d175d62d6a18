import Foundation
import Testing
import UNetTestSupport

/// `unet report`: a page about runs that needs no other file.
@Suite struct ReportTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }

  init() throws {
    tiny = try TinyExperiment(steps: 8)
    try train("run")
  }

  private func train(_ name: String, _ overrides: String...) throws {
    let outcome = try UnetCommand.run(
      ["train", tiny.file, "--output", folder(name), "--device", "cpu", "--set", "evaluation.every=4"]
        + overrides.flatMap { ["--set", $0] })
    try #require(outcome.status == 0, "\(outcome.messages)")
  }

  private func report(_ runs: [String], _ arguments: String...) throws -> UnetCommand.Outcome {
    try UnetCommand.run(
      ["report"] + runs.map { folder($0) } + ["--output", folder("page.html"), "--device", "cpu"] + arguments)
  }

  private func page() throws -> String { try folder.text("page.html") }

  @Test func aPageHasItsPicturesInItAndAsksForNothingElse() throws {
    let outcome = try report(["run"], "--data", folder(""), "--images", "1")
    #expect(outcome.status == 0 && outcome.output == folder("page.html") + "\n", "\(outcome.messages)")
    let page = try page()
    // Image, probability, outline and errors of one image, and two samples.
    #expect(page.components(separatedBy: "src=\"data:image/png;base64,").count - 1 == 6)
    #expect(
      page.components(separatedBy: "src=").count - 1 == 6 && !page.contains("<script")
        && !page.contains("http"))
    for words in [
      "Figures of held-out images", "training loss", "over the threshold", "class=\"number\"", "name: ",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(
      page.contains("8 of 8") && page.contains("experiment (SHA-256)")
        && page.contains("<meta name=\"viewport\""))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder(""))
    #expect(!files.contains { $0.hasPrefix(".report") }, "\(files)")
    expectError(try report(["run"]), status: 1, naming: "page.html", "--overwrite")
  }

  @Test func runsStandBesideEachOtherWithWhatDiffers() throws {
    try train("a <b> & c", "training.rate=0.002")
    let outcome = try report(["run", "a <b> & c"], "--data", folder(""), "--images", "0")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let page = try page()
    #expect(page.contains("a &lt;b&gt; &amp; c") && !page.contains("<b>"))
    #expect(
      page.contains("<th scope=\"row\">training.rate</th>")
        && !page.contains("<th scope=\"row\">training.momentum</th>"))
  }

  @Test func withoutItsImagesARunShowsThePicturesThatItLeft() throws {
    let outcome = try report(["run"])
    #expect(outcome.status == 0 && outcome.messages.contains("name it by --data"), "\(outcome.messages)")
    let page = try page()
    #expect(page.contains("the last preview") && page.contains("Figures of held-out images"))
  }

  @Test func noFileOfARunIsReplaced() throws {
    let outcome = try UnetCommand.run("report", tiny.run, "--output", tiny.model, "--overwrite")
    expectError(outcome, status: 1, naming: tiny.model, "is an input and would be replaced")
  }

  @Test func whatIsNoRunIsNamed() throws {
    expectError(try report(["nowhere"]), status: 64, naming: "nowhere", "does not exist")
    try FileManager.default.createDirectory(atPath: folder("empty"), withIntermediateDirectories: true)
    expectError(try report(["empty"]), status: 64, naming: "empty", "holds no run")
  }
}
