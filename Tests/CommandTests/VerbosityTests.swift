import Testing
import UNetTestSupport

/// `--quiet` and `--verbose`: what standard error gets, and what stays as it is.
@Suite struct VerbosityTests {
  private func train(_ flags: String...) throws -> (tiny: TinyExperiment, outcome: UnetCommand.Outcome) {
    let tiny = try TinyExperiment()
    let arguments = ["train", tiny.file, "--output", tiny.run, "--device", "cpu"] + flags
    return (tiny, try UnetCommand.run(arguments))
  }

  private func lines(_ outcome: UnetCommand.Outcome) -> [Substring] {
    outcome.messages.split(separator: "\n").filter { !$0.hasPrefix("note: ") }
  }

  @Test func quietLeavesNotesAndResults() throws {
    let usual = try train().outcome
    let quiet = try train("--quiet").outcome
    #expect(!lines(usual).isEmpty)
    #expect(lines(quiet).isEmpty, "\(quiet.messages)")
    #expect(quiet.state == usual.state && quiet.state != nil)
    expectError(try UnetCommand.run("train", "missing.yaml", "-q"), status: 1, naming: "missing.yaml")
  }

  @Test func verboseTellsWhichLabelsBelongToWhichImageAndWhatIsWritten() throws {
    let (tiny, outcome) = try train("-v")
    let told = lines(outcome)
    let (images, labels) = (tiny.folder("images.tif"), tiny.folder("labels.tif"))
    for page in [0, 1] {
      #expect(told.contains("learnt from: \(images), page \(page), 64 x 64, with \(labels)"))
    }
    #expect(told.contains("held out: \(images), page 2, 64 x 64, with \(labels)"))
    #expect(told.contains { $0.hasPrefix("opened CPU (") })
    #expect(told.contains("\(tiny.run)/checkpoint.safetensors: the state after step 20"))
    #expect(told.contains("\(tiny.model): the network after step 20"))
    #expect(try train().outcome.messages.contains("learnt from") == false)
  }

  @Test func verboseTellsWhichKernelsAreBuilt() throws {
    let tiny = try TinyExperiment()
    let outcome = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "opencl", "-v")
    let programs = outcome.messages.split(separator: "\n").filter {
      $0.hasSuffix(" ms") && $0.contains(".cl -cl-std")
    }
    #expect(programs.count > 5, "\(outcome.messages.suffix(2000))")
  }

  @Test func instancesAreCounted() throws {
    let (tiny, folder) = (try TinyExperiment.trained.get(), try TemporaryFolder())
    func segment(_ output: String, _ more: String...) throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        ["segment", tiny.model, tiny.folder("images.tif"), "--output", folder(output), "--device", "cpu"]
          + more)
    }
    let table = try segment("a", "--write", "measurements,instances")
    let rows = try folder.text("a/images-measurements.csv").split(separator: "\n").count - 1
    #expect(table.messages.contains("\(rows) instances in 1 image, 3 pages\n"), "\(table.messages)")
    #expect(try !segment("b").messages.contains("instances"))
    #expect(try segment("c", "--write", "instances", "-q").messages.isEmpty)
  }

  @Test func everyVerbTakesBothAndNotTogether() throws {
    for verb in try UnetCommand.verbs() {
      let help = try UnetCommand.run("help", verb).output
      #expect(help.contains("-q, --quiet") && help.contains("-v, --verbose"), "\(verb)")
    }
    expectError(
      try UnetCommand.run("devices", "-q", "-v"), status: 64, naming: "--quiet or --verbose, not both")
  }

  @Test func nothingIsColouredOrReplacedWhereNoTerminalIs() throws {
    let outcome = try train("-v").outcome
    #expect(!outcome.messages.utf8.contains(0x1B) && !outcome.output.utf8.contains(0x1B))
  }
}
