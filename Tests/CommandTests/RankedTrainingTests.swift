import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Whether this computer has a launcher; says so where it has none.
private let launcherIsThere: Bool = {
  let isThere = (try? UnetCommand.run([], in: "command -v mpirun").status) == 0
  if !isThere { print("RankedTrainingTests are left out: there is no mpirun (apt-get install openmpi-bin)") }
  return isThere
}()

/// `mpirun -n N unet train`: one result, however many processes there are, and clear ends.
@Suite(.serialized, .enabled(if: launcherIsThere)) struct RankedTrainingTests {
  private let tiny: TinyExperiment

  init() throws { tiny = try TinyExperiment(steps: 30, checkpointEvery: 10) }

  /// `unet train` on the device of each group of ranks, as many as it says; paths and flags for all.
  private func train(
    _ groups: [(count: Int, device: String)], batch: Int = 4, to folder: String = "run", _ more: String...,
    others: [String] = []
  ) throws -> UnetCommand.Outcome {
    let arguments =
      ["train", tiny.file, "--output", tiny.folder(folder), "--set", "training.batch=\(batch)"] + more
    let parts = groups.enumerated().map { at, group in
      "-n \(group.count) \"$1\" \(arguments.map { "'\($0)'" }.joined(separator: " ")) --device \(group.device) "
        + (at > 0 ? others.joined(separator: " ") : "")
    }
    // Few cores are no reason to refuse, nor is the administrator of a container.
    let script =
      "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; exec timeout 300 mpirun --oversubscribe "
      + parts.joined(separator: " : ")
    return try UnetCommand.run([], in: script)
  }

  private func alone(batch: Int = 4) throws -> Substring? {
    try UnetCommand.run(
      "train", tiny.file, "--output", tiny.folder("alone"), "--set", "training.batch=\(batch)", "--device",
      "cpu",
      "--overwrite"
    ).state
  }

  @Test func oneStateWhateverTheRanksAndTheirDevices() throws {
    let state = try #require(try alone())
    let groups: [[(Int, String)]] = [
      [(2, "cpu")], [(4, "cpu")], [(2, "opencl")], [(1, "cpu"), (1, "opencl")], [(3, "cpu")],
    ]
    for (at, group) in groups.enumerated() {
      let outcome = try train(group.map { (count: $0.0, device: $0.1) }, to: "run\(at)")
      #expect(outcome.status == 0 && outcome.state == state, "\(group): \(outcome.messages)")
      #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("state ") } == 1)
    }
  }

  @Test func anotherNumberOfRanksGoesOn() throws {
    let state = try alone()
    #expect(try train([(2, "cpu")], "--steps", "12", "--set", "training.schedule=constant").status == 0)
    let resumed = try train([(1, "opencl"), (2, "cpu")], "--resume")
    #expect(resumed.status == 0 && resumed.state == state, "\(resumed.messages)")
  }

  @Test func ranksThatWouldDoOtherThingsAreTold() throws {
    let two = [(count: 1, device: "cpu"), (count: 1, device: "cpu")]
    let errors = [
      (["--set", "training.rate=0.5"], "rank 1: has another experiment than rank 0"),
      (["--set", "network.widht=3"], "rank 1: "), (["--data", "/nowhere"], "rank 1: /nowhere"),
    ]
    for (others, words) in errors {
      let outcome = try train(two, others: others)
      #expect(outcome.status != 0)
      #expect(outcome.errors.count == 1 && outcome.errors[0].contains(words), "\(outcome.messages)")
      #expect(!FileManager.default.fileExists(atPath: tiny.model))
    }
    let few = try train([(2, "cpu")], batch: 1)
    #expect(
      few.errors == ["error: training.batch: is 1 for 2 ranks: give a multiple of 2"], "\(few.messages)")
  }

  /// Chunks of one image, and images of a folder, are dealt out; the files are those of one process.
  @Test(arguments: [["--format", "ome-zarr"], ["--format", "pyramid"], []])
  func ranksSegmentTogether(format: [String]) throws {
    let model = try TinyExperiment.trainedOnInstances.get().model
    let folder = try TemporaryFolder()
    for (name, side) in [("a", 1300), ("b", 700)] {
      try folder.write([noise(side, 1500)], "images/\(name).tif")
    }
    func segment(_ ranks: Int, to output: String) throws -> UnetCommand.Outcome {
      let arguments =
        ["segment", model, folder("images"), "--output", folder(output), "--write", "labels,instances"]
        + format
      let words = arguments.map { "'\($0)'" }.joined(separator: " ")
      return try UnetCommand.run(
        [],
        in:
          "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; exec timeout 300 mpirun --oversubscribe -n \(ranks) \"$1\" \(words) --device cpu"
      )
    }
    func files(_ output: String) throws -> [String: Data] {
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder(output))
      return Dictionary(
        uniqueKeysWithValues: names.compactMap { name in
          FileManager.default.contents(atPath: folder("\(output)/\(name)")).map { (name, $0) }
        })
    }
    let alone = try UnetCommand.run(
      ["segment", model, folder("images"), "--output", folder("alone"), "--write", "labels,instances"]
        + format
        + ["--device", "cpu"])
    try #require(alone.status == 0, "\(alone.messages)")
    for ranks in [2, 3] {
      let outcome = try segment(ranks, to: "by\(ranks)")
      #expect(outcome.status == 0, "\(outcome.messages)")
      #expect(outcome.output.split(separator: "\n").count == 4, "\(outcome.output)")
      #expect(try files("by\(ranks)") == files("alone"))
    }
  }

  @Test func aVerbThatDoesNotShareIsRefused() throws {
    let script =
      "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; exec timeout 300 mpirun --oversubscribe -n 2 \"$1\" "
      + "study x.yaml"
    let outcome = try UnetCommand.run([], in: script)
    #expect(outcome.status != 0 && outcome.errors.count == 1, "\(outcome.messages)")
    #expect(outcome.errors.first?.contains("was started 2 times together") == true)
  }

  @Test func withoutAnMPILibraryTheErrorNamesTheRemedy() throws {
    let outcome = try UnetCommand.run(
      ["train", tiny.file], environment: ["OMPI_COMM_WORLD_SIZE": "2", "UNET_MPI": "libnone.so"])
    expectError(outcome, status: 1, naming: "no MPI library can be opened", "UNET_MPI")
  }

  /// The launcher passes SIGUSR1 on; a killed rank ends all, and the last checkpoint is good.
  @Test func askedToStopAllDoAndAKilledRankHangsNone() throws {
    let long = ["--steps", "100000", "--set", "training.schedule=constant"]
    for (signal, status) in [(SIGUSR1, 130), (SIGKILL, 137)] as [(Int32, Int32)] {
      let folder = "signal\(signal)"
      let script =
        """
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
        timeout 300 mpirun --oversubscribe -n 3 "$1" train '\(tiny.file)' --output '\(tiny.folder(folder))' \
        --set training.batch=3 --device cpu \(long.joined(separator: " ")) & launcher=$!
        until [ -e '\(tiny.folder(folder))/checkpoint.safetensors' ]; do sleep 0.1; kill -0 $launcher || exit 9; done
        kill -\(signal) $(pgrep -f -- "^$1 train \(tiny.file)" | tail -1)
        wait $launcher
        """
      let outcome = try UnetCommand.run([], in: script)
      #expect(outcome.status == status, "\(outcome.status) \(outcome.messages)")
      let resumed = try train([(2, "cpu")], batch: 3, to: folder, "--resume", "--steps", "100")
      let done = resumed.errors.first.map { $0.contains("--steps") } ?? false
      #expect(resumed.status == 0 || done, "\(resumed.messages)")
    }
  }
}
