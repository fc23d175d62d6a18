import Foundation
import Testing
import UNetTestSupport

/// `unet tune` and the files that it leaves; no search is long here.
@Suite struct TuneTests {
  /// The user's tuning of the first OpenCL device, which `devices` would name.
  private func userFile(_ folder: TemporaryFolder) throws -> String {
    try FileManager.default.createDirectory(
      atPath: folder("swift-unet/tuning"), withIntermediateDirectories: true)
    let outcome = try UnetCommand.run("devices", environment: ["XDG_CONFIG_HOME": folder.path])
    let lines = outcome.output.split(separator: "\n")
    let line = try #require(lines.first { $0.dropFirst(2).hasPrefix("opencl:") })
    let name = line.dropFirst(14).prefix { $0 != "(" }.lowercased()
    let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return "swift-unet/tuning/\(words.joined(separator: "-")).yaml"
  }

  @Test func theCPUBackendHasNothingToTune() throws {
    let folder = try TemporaryFolder()
    let outcome = try UnetCommand.run(
      "tune", "--device", "cpu", environment: ["XDG_CONFIG_HOME": folder.path])
    #expect(outcome.status == 0 && outcome.output.isEmpty && folder.files.isEmpty)
    #expect(outcome.messages.hasPrefix("the CPU backend has nothing to tune"))
    #expect(outcome.messages.split(separator: "\n").count == 1)
  }

  @Test func aTuningThatIsThereIsKeptAndSaidBeforeTheSearch() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("mine", "mine.yaml")
    let outcome = try UnetCommand.run("tune", "--device", "opencl", "--output", file)
    expectError(outcome, status: 1, naming: file, "is there already", "--overwrite")
    #expect(outcome.output.isEmpty)
    #expect(try folder.text("mine.yaml") == "mine")
  }

  @Test func aFolderThatIsMissingIsSaidBeforeTheSearch() throws {
    let folder = try TemporaryFolder()
    let outcome = try UnetCommand.run("tune", "--device", "opencl", "--output", folder("no/f.yaml"))
    expectError(outcome, status: 1, naming: "no/f.yaml", "make the folder first")
    #expect(outcome.output.isEmpty)
  }

  @Test func aTuningOfTheUserIsUsedAndNamed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("schedule: {vector: {strip: 12}, tile: {}}", userFile(folder))
    let outcome = try UnetCommand.run("devices", environment: ["XDG_CONFIG_HOME": folder.path])
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.output.contains("from      \(file)\n"), "\(outcome.output)")
    let vector = try UnetCommand.run(
      "devices", environment: ["XDG_CONFIG_HOME": folder.path, "UNET_SCHEDULE": "vector"])
    #expect(vector.output.contains("schedule  vector: sums "))
    #expect(vector.output.contains("strip 12, group 128"))
  }

  @Test(arguments: ["devices", "train"])
  func aBrokenTuningEndsEveryCommand(verb: String) throws {
    let (folder, tiny) = (try TemporaryFolder(), try TinyExperiment())
    let file = try folder.write("schedule:\n  vector: {strip: 13}", userFile(folder))
    let arguments =
      verb == "devices" ? [verb] : [verb, tiny.file, "--output", tiny.run, "--device", "opencl"]
    let outcome = try UnetCommand.run(arguments, environment: ["XDG_CONFIG_HOME": folder.path])
    expectError(
      outcome, status: 64, naming: "\(file):2: schedule.vector.strip must be 12, 24 or 48, found '13'")
    #expect(!tiny.folder.files.contains { $0.hasPrefix("run/") })
  }

  @Test func parityRunsAGivenSchedule() throws {
    let outcome = try UnetCommand.run(
      "parity", "--device", "opencl", "--only", "2×2×32×64", "--schedule", "vector: {sums: 12, strip: 48}")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.output.contains("  vector upConv ") && !outcome.output.contains("  tile "))
    let wrong = try UnetCommand.run("parity", "--device", "opencl", "--schedule", "vector: {sums: 13}")
    expectError(wrong, status: 64, naming: "--schedule:1", "vector.sums must be 2, 4, 6, 8, 12")
  }

  @Test func anInterruptedSearchWritesNothing() throws {
    let folder = try TemporaryFolder()
    // The first kernel that is compiled for the search, by the driver or by us: there is more to come.
    let outcome = try UnetCommand.run(
      ["tune", "--device", "opencl", "--output", folder("t.yaml")], sending: SIGINT,
      environment: ["XDG_CACHE_HOME": folder.path]
    ) {
      folder.files.contains { $0.hasSuffix(".so") || $0.hasSuffix(".bin") }
    }
    #expect(outcome.status == 130, "\(outcome.messages)")
    #expect(outcome.messages.hasSuffix("interrupted: no tuning was written\n"))
    #expect(!folder.files.contains { $0.hasPrefix("t.yaml") })
  }
}
