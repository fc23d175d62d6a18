import Foundation
import Testing
import UNetTestSupport
import UNetTraining

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
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aTerminatedRunSaysHowToGoOnAndLeavesItsCheckpoint(signal: Int32) throws {
    let tiny = try TinyExperiment(steps: 100_000, checkpointEvery: 100_000)
    // The first row of the log; no checkpoint is due.
    let stopped = try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "cpu"], sending: signal
    ) {
      (try? String(contentsOfFile: tiny.run + "/log.csv", encoding: .utf8))?.contains("\n1") == true
    }
    #expect(stopped.status == 130, "\(stopped.messages)")
    #expect(stopped.messages.contains("interrupted after step ") && stopped.messages.contains("--resume"))
    #expect(!FileManager.default.fileExists(atPath: tiny.model))
    let step = try #require(try SafetensorsFile.read(tiny.run + "/checkpoint.safetensors").metadata["step"])
    #expect(stopped.messages.contains("interrupted after step \(step);"), "\(stopped.messages)")
  }

  /// A batch system and a parent may send the same twice; others are asked to warn by SIGUSR1.
  /// The compiler of a driver hears signals too.
  @Test(
    arguments: [[SIGTERM, SIGTERM], [SIGUSR1], [SIGUSR2, SIGXCPU], [SIGINT, SIGINT]], ["cpu", "opencl"])
  func aSignalThatComesTwiceIsOneWish(signals: [Int32], device: String) throws {
    let tiny = try TinyExperiment(steps: 100_000, checkpointEvery: 100_000)
    let log = tiny.run + "/log.csv"
    let stopped = try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", device], sending: signals
    ) { (try? String(contentsOfFile: log, encoding: .utf8))?.contains("\n1") == true }
    #expect(stopped.status == 130, "\(stopped.messages)")
    #expect(FileManager.default.fileExists(atPath: tiny.run + "/checkpoint.safetensors"))
  }

  @Test func aStopWithinTheLastEvaluationIsHeardThere() throws {
    let tiny = try TinyExperiment(steps: 4)
    let arguments = [
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "prediction.rotations=360",
      "--set", "prediction.tile=44", "--set", "prediction.flips=true", "--set", "network.width=24",
    ]
    // The steps take a twentieth of a second, and the evaluation seconds.
    let stopped = try UnetCommand.run(arguments, sending: SIGTERM) {
      guard FileManager.default.fileExists(atPath: tiny.run + "/log.csv") else { return false }
      usleep(700_000)
      return true
    }
    #expect(stopped.status == 130, "\(stopped.messages)")
    #expect(stopped.messages.contains("interrupted after step 4; "), "\(stopped.messages)")
    #expect(Checkpoint.step(of: tiny.run + "/checkpoint.safetensors") == 4)
  }

  /// A driver's compiler may hear the signal first, and fail.
  @Test(arguments: [SIGINT, SIGTERM], [1, 20])
  func aStopWhileKernelsAreCompiledIsNoFailure(signal: Int32, files: Int) throws {
    let (tiny, cache) = (try TinyExperiment(steps: 100_000), try TemporaryFolder())
    let stopped = try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "opencl"], sending: signal,
      environment: ["POCL_CACHE_DIR": cache.path, "XDG_CACHE_HOME": cache("programs")]
    ) { cache.files.count >= files }
    #expect(stopped.status == 130 && stopped.errors.isEmpty, "\(stopped.messages)")
    let line = stopped.messages.split(separator: "\n").last ?? ""
    #expect(
      line == "interrupted before step 1; there is nothing to save"
        || line.hasPrefix("interrupted after step ") && line.hasSuffix("go on from there (--resume)"),
      "\(line)")
  }

  /// It has no model; the error names the way to one, which is gone here.
  @Test func aStoppedTrainingGetsItsModelByEndingThere() throws {
    let tiny = try TinyExperiment(steps: 100_000, checkpointEvery: 50)
    let arguments = ["train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set"]
    let poly = ["training.schedule=poly"]
    let checkpoint = tiny.run + "/checkpoint.safetensors"
    let stopped = try UnetCommand.run(arguments + poly, sending: SIGINT) {
      FileManager.default.fileExists(atPath: checkpoint)
    }
    try #require(stopped.status == 130, "\(stopped.messages)")
    let step = try #require(try SafetensorsFile.read(checkpoint).metadata["step"])
    for path in [tiny.model, checkpoint, tiny.run] {
      expectError(
        try UnetCommand.run("segment", path, tiny.folder("images.tif"), "--output", tiny.folder("out")),
        status: 64, naming: path,
        "the training in \(tiny.run) was stopped after step \(step): let it go on, or end it there: "
          + "unet train ... --output \(tiny.run) --resume --steps \(step)")
    }
    let ended = try UnetCommand.run(arguments + poly + ["--resume", "--steps", step])
    #expect(ended.status == 0, "\(ended.messages)")
    #expect(FileManager.default.fileExists(atPath: tiny.model))
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
