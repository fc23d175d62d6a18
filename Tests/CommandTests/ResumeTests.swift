import Foundation
import Testing
import UNetTestSupport

/// A run that is stopped and resumed ends as one that was never stopped, bit for bit, on every device.
@Suite struct ResumeTests {
  private static let steps = 1200

  /// The state of a run that was never stopped.
  private static let whole = Result {
    let tiny = try TinyExperiment(steps: steps, checkpointEvery: 50)
    let outcome = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "cpu")
    try #require(outcome.status == 0, "\(outcome.messages)")
    return try #require(outcome.state)
  }

  @Test(arguments: ["cpu", "opencl"], [SIGINT, SIGKILL])
  func aStoppedRunEndsAsOneNeverStopped(device: String, signal: Int32) throws {
    let tiny = try TinyExperiment(steps: Self.steps, checkpointEvery: 50)
    let checkpoint = tiny.run + "/checkpoint.safetensors"
    let stopped = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", device, sending: signal, whenThereIs: checkpoint)
    #expect(stopped.status == (signal == SIGINT ? 130 : -SIGKILL), "\(stopped.messages)")
    if signal == SIGINT {
      #expect(stopped.messages.contains("interrupted after step "))
      #expect(stopped.messages.contains("holds its state: go on from there (--resume)"))
    }
    #expect(!FileManager.default.fileExists(atPath: tiny.model), "the run ended before it was stopped")
    let resumed = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", device, "--resume")
    #expect(resumed.status == 0, "\(resumed.messages)")
    #expect(resumed.state == (try Self.whole.get()))
  }

  /// As batch systems end a run, and a terminal that closes.
  @Test(arguments: [SIGTERM, SIGHUP])
  func aTerminatedRunSaysHowToGoOnAndLeavesItsCheckpoint(signal: Int32) throws {
    let tiny = try TinyExperiment(steps: 100_000, checkpointEvery: 50)
    let stopped = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", sending: signal,
      whenThereIs: tiny.run + "/checkpoint.safetensors")
    #expect(stopped.status == 130, "\(stopped.messages)")
    #expect(stopped.messages.contains("interrupted after step ") && stopped.messages.contains("--resume"))
    #expect(!FileManager.default.fileExists(atPath: tiny.model))
  }

  /// As a disk may alter it: the lowest bit of one number of the momentum.
  @Test func aCheckpointOfOtherNumbersIsNoCheckpoint() throws {
    let tiny = try TinyExperiment(steps: 20)
    let arguments = ["train", tiny.file, "--output", tiny.run, "--device", "cpu"]
    try #require(try UnetCommand.run(arguments).status == 0)
    var bytes = Array(try tiny.folder.bytes("run/checkpoint.safetensors"))
    bytes[bytes.count - 4] ^= 1
    try tiny.folder.write(bytes, "run/checkpoint.safetensors")
    expectError(
      try UnetCommand.run(arguments + ["--resume", "--steps", "21"]), status: 1,
      naming: "\(tiny.run)/checkpoint.safetensors is damaged or none")
  }

  @Test func aRunThatIgnoresTheEndOfItsTerminalGoesOn() throws {
    let tiny = try TinyExperiment(steps: 200, checkpointEvery: 50)
    let checkpoint = tiny.run + "/checkpoint.safetensors"
    let outcome = try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "cpu"],
      in: "trap '' HUP; \"$@\" & until [ -e '\(checkpoint)' ]; do sleep 0.01; done; kill -HUP $!; wait $!")
    #expect(outcome.status == 0 && outcome.state != nil, "\(outcome.messages)")
  }
}
