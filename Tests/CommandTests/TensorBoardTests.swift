import Foundation
import Testing
import UNetMessages
import UNetReports
import UNetTestSupport

/// `unet train --tensorboard`.  `Tests/FixtureScripts/check_tensorboard.py` reads it by TensorBoard's own reader.
@Suite struct TensorBoardTests {
  /// RFC 3720, appendix B.4.
  @Test func theChecksumIsThatOfItsDefinition() {
    #expect(crc32C(Array("123456789".utf8)) == 0xE306_9283)
    #expect(crc32C([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  }

  private func events(in folder: String) throws -> [Tensorboard_Event] {
    let last = try #require(TensorBoardLog.names(in: folder).max())
    var rest = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(last)"))[...]
    var events: [Tensorboard_Event] = []
    while rest.count >= 12 {
      let length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      events.append(try Tensorboard_Event(serializedBytes: Data(rest.dropFirst(12).prefix(length))))
      rest = rest.dropFirst(16 + length)
    }
    #expect(rest.isEmpty)
    return events
  }

  /// The last file of a training that was stopped and went on has every step once, and says that it counts.
  @Test func aTrainingThatGoesOnHasEveryStepOnce() throws {
    let tiny = try TinyExperiment(steps: 30, checkpointEvery: 10)
    let arguments = [
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--tensorboard", "--set",
      "evaluation.every=10",
    ]
    #expect(try UnetCommand.run(arguments + ["--steps", "20"]).status == 0)
    let stopped = try events(in: "\(tiny.run)/tensorboard")
    #expect(stopped.last?.step == 20)
    #expect(try UnetCommand.run(arguments + ["--resume"]).status == 0)
    let found = try events(in: "\(tiny.run)/tensorboard")
    #expect(found.first?.fileVersion == "brain.Event:2" && found[1].sessionLog.status == 1)
    func steps(_ tag: String) -> [Int64] {
      found.filter { $0.summary.value.contains { $0.tag == tag } }.map(\.step)
    }
    #expect(steps("loss") == Array(1...30) && steps("held-out/iou") == [10, 20, 30])
    #expect(steps("held-out/image, probability, outline") == [10, 20, 30])
    // Gone on at its end, and without the flag, it is the same.
    let again = arguments.filter { $0 != "--tensorboard" } + ["--resume"]
    #expect(try UnetCommand.run(again).status == 0)
    let same = try events(in: "\(tiny.run)/tensorboard")
    func told(_ events: [Tensorboard_Event]) -> [String] {
      events.flatMap { event in
        event.summary.value.filter { $0.tag != "steps-per-second" }
          .map { "\(event.step) \($0.tag) \($0.simpleValue) \($0.image.width)" }
      }
    }
    #expect(told(same) == told(found))
    // Another run in the folder begins anew.
    #expect(try UnetCommand.run(arguments.filter { $0 != "--tensorboard" } + ["--overwrite"]).status == 0)
    #expect(TensorBoardLog.names(in: "\(tiny.run)/tensorboard").isEmpty)
  }
}
