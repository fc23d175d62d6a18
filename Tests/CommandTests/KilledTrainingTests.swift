import Foundation
import Testing
import UNetTestSupport

/// A training that ends at any moment and goes on leaves what one leaves that was never stopped: the same bytes of every file,
/// but for the seconds of its log.
@Suite struct KilledTrainingTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }
  private let arguments: [String]

  /// Evaluations and checkpoints fall on the same steps and on others, and so do the best models.
  init() throws {
    tiny = try TinyExperiment(steps: 60, checkpointEvery: 10)
    let keys = ["evaluation.every=4", "evaluation.best=iou"]
    arguments = ["train", tiny.file, "--device", "cpu"] + keys.flatMap { ["--set", $0] }
    let whole = try UnetCommand.run(arguments + ["--output", folder("whole")])
    try #require(whole.status == 0, "\(whole.messages)")
  }

  @discardableResult private func resume(_ run: String, _ more: [String] = []) throws -> UnetCommand.Outcome {
    let outcome = try UnetCommand.run(arguments + ["--output", folder(run), "--resume"] + more)
    #expect(outcome.status == 0, "\(outcome.messages)")
    return outcome
  }

  private func log(_ run: String) throws -> [String] {
    try folder.text("\(run)/log.csv").split(separator: "\n").map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      return (fields.prefix(3) + fields.dropFirst(4)).joined(separator: ",")
    }
  }

  private func names(_ run: String) -> [String] {
    folder.files.filter { $0.hasPrefix("\(run)/") && !$0.hasSuffix("/.lock") }.map {
      String($0.dropFirst(run.count + 1))
    }.sorted()
  }

  private func expectWhole(_ run: String, _ comment: Comment = "") throws {
    #expect(try log(run) == log("whole"), comment)
    #expect(names(run) == names("whole"), comment)
    for name in names("whole") where name != "log.csv" {
      #expect(try folder.bytes("\(run)/\(name)") == folder.bytes("whole/\(name)"), "\(name): \(comment)")
    }
  }

  /// Every file that was made, by its name and number: one that replaces another has another number.
  private func made(in run: String) -> Set<String> {
    Set(
      names(run).compactMap { name in
        var status = stat()
        return stat(folder("\(run)/\(name)"), &status) == 0 ? "\(name) \(status.st_ino)" : nil
      })
  }

  @Test(arguments: 1...9) func killedAgainAndAgain(files count: Int) throws {
    for _ in 0..<2 {
      var seen = made(in: "run")
      let before = seen.count
      let killed = try UnetCommand.run(
        arguments + ["--output", folder("run"), "--resume"], sending: SIGKILL
      ) {
        seen.formUnion(made(in: "run"))
        return seen.count >= before + count
      }
      #expect([0, -SIGKILL].contains(killed.status), "\(killed.messages)")
    }
    try resume("run")
    try expectWhole("run", "killed at the file \(count)")
  }

  /// Between two rows of the log, whose losses are told by the second of them.
  @Test func interruptedBetweenTwoRows() throws {
    let long = ["--steps", "3000", "--set", "evaluation.every=1000"]
    let whole = try UnetCommand.run(arguments + ["--output", folder("whole"), "--overwrite"] + long)
    try #require(whole.status == 0, "\(whole.messages)")
    var isBetween = false
    for attempt in 1...20 where !isBetween {
      // Later each time, for a checkpoint that is due falls on a row.
      var looks = 0
      try? FileManager.default.removeItem(atPath: folder("run"))
      let stopped = try UnetCommand.run(
        arguments + ["--output", folder("run")] + long, sending: SIGINT
      ) {
        looks += folder.files.contains("run/checkpoint.safetensors") ? 1 : 0
        return looks > attempt
      }
      try #require(stopped.status == 130, "\(stopped.messages)")
      let checkpoint = try SafetensorsFile.read(folder("run/checkpoint.safetensors"))
      isBetween = checkpoint.metadata["loss"] != nil
    }
    try #require(isBetween, "no training was stopped between two rows of the log")
    try resume("run", long)
    try expectWhole("run")
  }

  private func killed() throws {
    let killed = try UnetCommand.run(
      arguments + ["--output", tiny.run, "--steps", "60"], sending: SIGKILL
    ) {
      folder.files.contains("run/checkpoint.safetensors")
        && folder.files.contains("run/best-model.safetensors")
    }
    try #require(killed.status == -SIGKILL, "\(killed.messages)")
  }

  @Test func aLogThatIsDamagedIsThatOfTheCheckpoint() throws {
    try killed()
    let lines = try folder.text("run/log.csv").split(separator: "\n").map(String.init)
    try #require(lines.count > 10)
    let checkpoint = try folder.bytes("run/checkpoint.safetensors")
    let damages: [(name: String, log: [String], isNoted: Bool)] = [
      ("a row is missing", Array(lines.prefix(5) + lines.dropFirst(6)), true),
      ("cut short", lines.prefix(3) + [String(lines[3].prefix(5))], true),
      ("doubled", lines + lines.dropFirst(), false),
      ("beyond", lines + ["900,1,0.01,5.00,,,"], false),
      ("foreign", ["a,b", "1,2"], true),
      (
        "of another training", lines.prefix(1) + lines.dropFirst().map { $0.replacing(",0.", with: ",7.") },
        true
      ),
      ("empty", [], true),
    ]
    for damage in damages {
      try folder.write(Array(checkpoint), "run/checkpoint.safetensors")
      try folder.write(damage.log.map { $0 + "\n" }.joined(), "run/log.csv")
      let outcome = try resume("run")
      let isNoted = outcome.messages.contains("rows, which the checkpoint had but for their seconds\n")
      #expect(isNoted == damage.isNoted, "\(damage.name): \(outcome.messages)")
      try expectWhole("run", "\(damage.name)")
    }
    try FileManager.default.removeItem(atPath: folder("run/log.csv"))
    try resume("run")
    try expectWhole("run")
  }

  @Test func hiddenFilesThatAKilledTrainingLeftAreRemoved() throws {
    let left = ["run/.log.csv.1abc.partial", "run/previews/.step-8.png.2.partial"]
    for name in left + ["run/.mine.1.partial"] { try folder.write("x", name) }
    try resume("run")
    #expect(!left.contains { folder.files.contains($0) } && folder.files.contains("run/.mine.1.partial"))
  }

  /// Rows that a checkpoint of an earlier version cannot give back are told.
  @Test func anOlderCheckpointTellsWhatItsLogLacks() throws {
    var file = try SafetensorsFile.read(folder("whole/checkpoint.safetensors"))
    file.metadata["log"] = nil
    try file.write(to: folder("whole/checkpoint.safetensors"))
    let lines = try folder.text("whole/log.csv").split(separator: "\n").dropLast(20)
    try folder.write(lines.joined(separator: "\n") + "\n", "whole/log.csv")
    let outcome = try resume("whole")
    #expect(
      outcome.messages.contains(
        "note: \(folder("whole/log.csv")) has no row of the steps 41 to 60, and neither has the checkpoint\n"),
      "\(outcome.messages)")
  }

  /// Links stay, and what they lead to is written.
  @Test(arguments: ["log.csv", "checkpoint.safetensors", "model.safetensors", "previews"])
  func whatIsALinkStaysOne(name: String) throws {
    try FileManager.default.copyItem(atPath: folder("whole"), toPath: tiny.run)
    try FileManager.default.moveItem(atPath: folder("run/\(name)"), toPath: folder("elsewhere"))
    try FileManager.default.createSymbolicLink(
      atPath: folder("run/\(name)"), withDestinationPath: folder("elsewhere"))
    for flag in ["--resume", "--overwrite"] {
      let outcome = try UnetCommand.run(arguments + ["--output", tiny.run, flag])
      #expect(outcome.status == 0, "\(outcome.messages)")
      let link = try? FileManager.default.destinationOfSymbolicLink(atPath: folder("run/\(name)"))
      #expect(link == folder("elsewhere"), "\(flag)")
      #expect(try log("run") == log("whole"))
    }
  }

  /// It would be taken for the best of this training, which then were never kept.
  @Test func aBestModelOfAnotherTrainingIsTold() throws {
    try killed()
    let other = arguments + ["--output", folder("other"), "--seed", "9"]
    try #require(try UnetCommand.run(other).status == 0)
    try folder.write(Array(try folder.bytes("other/best-model.safetensors")), "run/best-model.safetensors")
    let outcome = try resume("run")
    let line = outcome.messages.split(separator: "\n").first { $0.contains("the best from now on is kept") }
    #expect(
      line?.hasPrefix("note: \(folder("run/best-model.safetensors")) is of ") == true, "\(outcome.messages)")
  }

  /// What was evaluated where its picture could not be written is evaluated once more.
  @Test func anEvaluationThatFailedIsMadeUpFor() throws {
    try folder.write("in the way", "run/previews/step-40.png/mine")
    expectError(
      try UnetCommand.run(arguments + ["--output", tiny.run]), status: 1, naming: "step-40.png")
    try FileManager.default.removeItem(atPath: folder("run/previews/step-40.png"))
    try resume("run")
    try expectWhole("run")
  }
}
