import Foundation
import Testing
import UNetFiles
import UNetTestSupport

/// What a training finds in its folder: an earlier run, a part of one, the user's own files.
@Suite struct RunFolderTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }

  init() throws { tiny = try TinyExperiment() }

  private func train(_ arguments: String..., to output: String? = nil) throws -> UnetCommand.Outcome {
    try UnetCommand.run(["train", tiny.file, "--output", output ?? tiny.run, "--device", "cpu"] + arguments)
  }

  /// A finished run without some of its files.
  private func trained(without lost: String...) throws {
    try #require(try train().status == 0)
    for file in lost { try FileManager.default.removeItem(atPath: "\(tiny.run)/\(file)") }
  }

  @Test func aLinkIntoAnotherRunIsNotFollowed() throws {
    try trained()
    let (model, other) = (try folder.bytes("run/model.safetensors"), folder("other"))
    try #require(try train(to: other).status == 0)
    try FileManager.default.removeItem(atPath: "\(other)/model.safetensors")
    try FileManager.default.createSymbolicLink(
      atPath: "\(other)/model.safetensors", withDestinationPath: "../run/model.safetensors")
    expectError(
      try train("--resume", "--steps", "30", to: other), status: 64,
      naming: "\(other)/model.safetensors: leads to a file of the run in", "remove the link")
    #expect(try folder.bytes("run/model.safetensors") == model)
    try FileManager.default.removeItem(atPath: other)
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: "\(other)/previews", withDestinationPath: "../run/previews")
    expectError(
      try train("--overwrite", to: other), status: 64, naming: "\(other)/previews: leads to",
      "remove the link")
  }

  @Test func dataThatAreMissingAreToldBeforeAnEarlierRun() throws {
    try trained()
    expectError(try train("--data", folder("nuk")), status: 1, naming: folder("nuk/images.tif"))
  }

  @Test func aModelWithoutItsCheckpointIsAnEarlierRun() throws {
    try trained(without: "checkpoint.safetensors")
    let before = folder.files
    let model = try folder.bytes("run/model.safetensors")
    expectError(
      try train("--seed", "7"), status: 64, naming: tiny.run, "holds an earlier run",
      "(--overwrite, --output)")
    expectError(
      try train("--resume"), status: 64, naming: tiny.run, "holds an earlier run, and no checkpoint",
      "(--overwrite, --output)")
    #expect(try folder.files == before && folder.bytes("run/model.safetensors") == model)
  }

  @Test func aRunStartedAnewLeavesNothingOfTheEarlierAndTheUsersFiles() throws {
    try trained(without: "checkpoint.safetensors")
    try folder.write("mine", "run/previews/mine.png")
    try folder.write("old", "run/previews/step-7.png")
    #expect(try train("--overwrite").status == 0)
    #expect(try folder.text("run/previews/mine.png") == "mine")
    #expect(!folder.files.contains("run/previews/step-7.png"))
    #expect(folder.files.contains("run/previews/step-20.png"))
  }

  @Test(arguments: [[], ["checkpoint.safetensors", "model.safetensors", "curve.svg"]])
  func whereThereIsNothingToResumeTheTrainingBeginsAndSaysSo(lost: [String]) throws {
    if !lost.isEmpty {
      try trained()
      for file in lost { try FileManager.default.removeItem(atPath: "\(tiny.run)/\(file)") }
      expectError(try train(), status: 64, naming: "holds an earlier run")
    }
    let outcome = try train("--resume")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.messages.contains("note: nothing to resume in \(tiny.run): starting at step 1\n"))
    #expect(
      outcome.state
        == (try UnetCommand.run(
          "train", tiny.file, "--output", folder("other"), "--device", "cpu"
        ).state))
  }

  /// As where a mistake is seen in the first second.
  @Test(arguments: [[], ["--resume"]]) func aRunThatEndedBeforeItsFirstStepIsBegunWithOtherValues(
    flags: [String]
  )
    throws
  {
    try trained(without: "checkpoint.safetensors", "model.safetensors", "log.csv", "curve.svg")
    let arguments = ["train", tiny.file, "--output", tiny.run, "--device", "cpu", "--steps", "7"] + flags
    // With a picture it may be anything.
    expectError(try UnetCommand.run(arguments), status: 1, naming: "experiment.yaml is there already")
    try FileManager.default.removeItem(atPath: folder("run/previews/step-20.png"))
    let outcome = try UnetCommand.run(arguments)
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(try folder.text("run/experiment.yaml").contains("steps: 7\n"))
  }

  @Test(arguments: [[], ["--resume"], ["--overwrite"]])
  func theFolderOfTheDataIsNoRunsFolderWhereAnExperimentStands(flags: [String]) throws {
    let files = folder.files
    let before = try folder.text("experiment.yaml")
    let outcome = try UnetCommand.run(
      ["train", tiny.file, "--output", folder.path, "--device", "cpu"] + flags)
    expectError(
      outcome, status: 1, naming: folder("experiment.yaml"), "is an input", "another place (--output)")
    #expect(try folder.files == files && folder.text("experiment.yaml") == before)
  }

  @Test(arguments: ["--resume", "--overwrite"])
  func aFileThatCannotBeWrittenIsToldBeforeAnythingIsLost(flag: String) throws {
    try trained(without: "log.csv")
    try FileManager.default.createDirectory(atPath: folder("run/log.csv"), withIntermediateDirectories: false)
    let model = try folder.bytes("run/model.safetensors")
    expectError(
      try train(flag, "--steps", "30"), status: 64, naming: "cannot be a run's folder", "run/log.csv",
      "choose another place (--output)")
    #expect(try folder.bytes("run/model.safetensors") == model)
  }

  @Test func anotherExperimentThatStandsInTheFolderIsKept() throws {
    try folder.write("mine", "run/experiment.yaml")
    for flags in [[], ["--resume"]] {
      let outcome = try UnetCommand.run(
        ["train", tiny.file, "--output", tiny.run, "--device", "cpu"] + flags)
      expectError(
        outcome, status: 1, naming: tiny.run + "/experiment.yaml", "is there already",
        "(--overwrite, --output)")
    }
    #expect(try folder.text("run/experiment.yaml") == "mine")
  }

  @Test func twoTrainingsDoNotShareAFolder() throws {
    try #require(try train("--steps", "5").status == 0)
    let lock = try FolderLock(tiny.run)
    let before = folder.files
    for flags in [["--resume"], ["--overwrite"]] {
      expectError(
        try UnetCommand.run(["train", tiny.file, "--output", tiny.run, "--device", "cpu"] + flags), status: 1,
        naming: "\(tiny.run) is in use by process \(getpid())", "(--output)")
    }
    #expect(folder.files == before)
    withExtendedLifetime(lock) {}
  }

  /// Another training may begin at the place meanwhile.
  @Test func aFolderThatIsMovedEndsTheTraining() throws {
    let outcome = try UnetCommand.run(
      [
        "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--steps", "1000000", "--set",
        "training.checkpoint-every=50",
      ], sending: 0
    ) {
      guard folder.files.contains("run/checkpoint.safetensors") else { return false }
      try? FileManager.default.moveItem(atPath: tiny.run, toPath: folder("moved"))
      return true
    }
    expectError(outcome, status: 64, naming: "\(tiny.run): was moved or removed", "--output")
    #expect(
      folder.files.contains("moved/checkpoint.safetensors")
        && !FileManager.default.fileExists(atPath: tiny.run))
  }

  @Test func theImagesOfATrainingAreNotReplaced() throws {
    try folder.write([noise(64, 64)], "run/previews/step-20.png")
    try folder.write([plain(255, 64, 64).with(0, row: 2, column: 2)], "label.tif")
    let outcome = try train(
      "--overwrite", "--set", "data.images=run/previews/step-20.png", "--set", "data.labels=label.tif",
      "--set", "data.hold-out=none")
    expectError(outcome, status: 1, naming: tiny.run + "/previews/step-20.png", "is an input")
    #expect(folder.files.contains("run/previews/step-20.png"))
  }

  @Test func aDamagedLineOfTheLogCostsNoOther() throws {
    try trained()
    let log = try folder.bytes("run/log.csv")
    try folder.write(Array(log) + [0xFF, 0x0A], "run/log.csv")
    #expect(try train("--resume").status == 0)
    #expect(try folder.bytes("run/log.csv") == log)
  }

  @Test(arguments: [10, 20]) func aPictureThatCannotBeWrittenCostsNoCheckpoint(step: Int) throws {
    try #require(try train("--steps", "5").status == 0)
    try folder.write("in the way", "run/previews/step-\(step).png/mine")
    expectError(
      try train("--resume", "--set", "training.checkpoint-every=10", "--set", "evaluation.every=10"),
      status: 1,
      naming: tiny.run + "/previews/step-\(step).png")
    let checkpoint = try SafetensorsFile.read(tiny.run + "/checkpoint.safetensors")
    #expect(checkpoint.metadata["step"] == "\(step)")
  }

  @Test func aCheckpointWithAnotherTensorIsNamed() throws {
    try trained()
    let path = tiny.run + "/checkpoint.safetensors"
    var file = try SafetensorsFile.read(path)
    file.tensors["head.bios"] = file.tensors.removeValue(forKey: "head.bias")
    // As an earlier version wrote it, without a digest of the file.
    file.metadata["format"] = "swift-unet checkpoint 1"
    try file.write(to: path)
    expectError(try train("--resume"), status: 1, naming: path, "head.bi")
  }

  @Test func theExperimentOfARunAsksForTheFolderOfTheData() throws {
    try trained()
    let outcome = try UnetCommand.run(
      "train", tiny.run + "/experiment.yaml", "--output", folder("other"), "--device", "cpu")
    expectError(
      outcome, status: 1, naming: tiny.run + "/images.tif", "does not exist",
      "name the folder of the data (--data)")
  }
}
