import Foundation
import Testing
import UNetTestSupport

/// What the command does with its own output, and with text that would steer a terminal.
@Suite struct ConsoleTests {
  @Test(arguments: ["2>/dev/full", "2>&-"])
  func messagesThatNobodyTakesStopNothing(redirection: String) throws {
    let folder = try TemporaryFolder()
    let arguments = ["synthesize", "cells", "--count", "1", "--size", "64", "--output", folder.path]
    let done = try UnetCommand.run(arguments, in: "exec \"$@\" \(redirection)")
    #expect(done.status == 0 && done.output.contains("labels.tif"))
    let failed = try UnetCommand.run(["train", "missing.yaml"], in: "exec \"$@\" \(redirection)")
    #expect(failed.status == 1 || failed.status == 64)
  }

  @Test(arguments: [">/dev/full", ">&-"])
  func resultsThatNobodyTakesAreAFailure(redirection: String) throws {
    let outcome = try UnetCommand.run(["devices"], in: "exec \"$@\" \(redirection)")
    #expect(outcome.status == 1)
    #expect(outcome.errors.count == 1 && outcome.errors[0].contains("cannot write to standard output"))
  }

  /// As `unet train ... | head` and a log that is closed.
  @Test(arguments: ["|", "2>&1 |"]) func aTrainingGoesOnWhereNobodyReadsWhatItSays(pipe: String) throws {
    let tiny = try TinyExperiment(steps: 200)
    let outcome = try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "cpu"],
      in: "env --default-signal=PIPE \"$@\" \(pipe) true; exit ${PIPESTATUS[0]}")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.messages)")
    #expect(FileManager.default.fileExists(atPath: tiny.model))
  }

  @Test func anErrorIsOneLineWhateverAFileIsCalled() throws {
    let outcome = try UnetCommand.run("train", "no\nerror: such.yaml")
    expectError(outcome, status: 1, naming: "no\\u{A}error: such.yaml")
    #expect(outcome.messages.split(separator: "\n").count == 1)
  }

  @Test func aPlaceThatIsNotInUTF8IsRefused() throws {
    let folder = try TemporaryFolder()
    let outcome = try UnetCommand.run(
      ["synthesize", "cells", "--count", "1", "--size", "64", "--output"],
      in: "cd '\(folder.path)'; exec \"$@\" $'\\xff'")
    expectError(outcome, status: 1, naming: "The name is not in UTF-8", "(--output)")
    #expect(try folder.names.isEmpty)
  }

  @Test func tooFewFilesAtOnceAreAnErrorWithTheRemedy() throws {
    let tiny = try TinyExperiment()
    let arguments = ["train", tiny.file, "--output", tiny.run, "--device", "cpu"]
    for count in 4...7 {
      expectError(
        try UnetCommand.run(arguments, in: "ulimit -n \(count); exec \"$@\""), status: 1,
        naming: "\(count) files may be open at once: allow 32 or more (ulimit -n)")
    }
    // More are taken where the user may have them.
    #expect(try UnetCommand.run(arguments, in: "ulimit -S -n 4; exec \"$@\"").status == 0)
  }

  @Test(arguments: [["train", ""], ["train", "x.yaml", "--output", ""], ["train", "x.yaml", "--output="]])
  func anEmptyArgumentIsNoFolder(arguments: [String]) throws {
    let outcome = try UnetCommand.run(arguments)
    #expect(outcome.status == 64 && outcome.errors.count == 1 && outcome.errors[0].contains("empty"))
  }

  @Test func aFileCannotSteerTheTerminal() throws {
    let folder = try TemporaryFolder()
    try folder.write("\"a\\e[31mb\": 3\nname: x\n", "key.yaml")
    try folder.write("name: \"\\0\"\ndata: {synthetic: {kind: cells}}\n", "name.yaml")
    let key = try UnetCommand.run("train", folder("key.yaml"))
    #expect(key.status == 64 && key.errors[0].contains("unknown key 'a\\u{1B}[31mb'"))
    let name = try UnetCommand.run("train", folder("name.yaml"))
    #expect(name.status == 64 && name.errors[0].contains("a text without control characters"))
  }
}
