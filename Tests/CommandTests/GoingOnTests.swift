import Foundation
import Testing
import UNetTestSupport

/// What may change where a training goes on, what may on purpose, and what may not.
@Suite struct GoingOnTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }
  private var checkpoint: String { tiny.run + "/checkpoint.safetensors" }

  init() throws {
    tiny = try TinyExperiment()
    let outcome = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "cpu")
    try #require(outcome.status == 0, "\(outcome.messages)")
  }

  private func train(_ arguments: [String], to run: String = "run", set overrides: String...) throws
    -> UnetCommand.Outcome
  {
    try UnetCommand.run(
      ["train", tiny.file, "--output", folder(run), "--device", "cpu"] + arguments
        + overrides.flatMap { ["--set", $0] })
  }

  private func model(_ run: String = "run") throws -> SafetensorsFile {
    try .read(folder("\(run)/model.safetensors"))
  }

  @Test func moreStepsAreThoseOfALongerRun() throws {
    let more = try train(["--resume", "--steps", "40"])
    let whole = try train(["--steps", "40"], to: "whole")
    #expect(more.status == 0 && more.state == whole.state, "\(more.messages)")
    for file in ["model.safetensors", "experiment.yaml"] {
      #expect(try folder.bytes("run/\(file)") == folder.bytes("whole/\(file)"), "\(file)")
    }
    // The log keeps the figures of the first end.
    func state(_ run: String) throws -> SafetensorsFile {
      var file = try SafetensorsFile.read(folder("\(run)/checkpoint.safetensors"))
      for key in ["log", "swift-unet.sha256"] { #expect(file.metadata.removeValue(forKey: key) != nil) }
      return file
    }
    #expect(try state("run") == state("whole"))
    let steps = try folder.text("run/log.csv").split(separator: "\n").compactMap {
      Int($0.prefix { $0 != "," })
    }
    #expect(steps == Array(1...40))
  }

  @Test func whatDecidesNoWeightMayChange() throws {
    let free = [
      "evaluation.every=10", "evaluation.metrics=[iou, rand]", "training.checkpoint-every=7",
      "prediction.threshold=0.3", "prediction.instances={grow: 2}", "name=other",
    ]
    let outcome = try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "opencl", "--resume", "--steps", "40"]
        + free.flatMap { ["--set", $0] })
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.state == (try train(["--steps", "40"], to: "whole").state))
    // Figures of before keep their columns.
    let log = try folder.text("run/log.csv").split(separator: "\n").map { $0.split(separator: ",") }
    #expect(log[0].contains("iou") && log[0].contains("rand-error") && log[0].contains("pixel-error"))
    #expect(log[20].count > 4 && log[30].count > 4 && log[25].count == 4)
    #expect(try folder.text("run/experiment.yaml").contains("name: other\n"))
  }

  @Test func fewerStepsThanThereWereAreRefused() throws {
    expectError(
      try train(["--resume", "--steps", "19"]), status: 64, naming: checkpoint, "has 20 steps behind it",
      "training.steps is 19")
  }

  @Test(arguments: [
    ("training.rate", "0.01", "0.001"), ("training.momentum", "0.9", "0.5"),
    ("training.weight-decay", "0", "0.1"),
  ])
  func theStepsToComeMayChangeOnPurpose(key: String, before: String, now: String) throws {
    let state = try folder.bytes("run/checkpoint.safetensors")
    expectError(
      try train(["--resume", "--steps", "40"], set: "\(key)=\(now)"), status: 64, naming: checkpoint,
      "\(key) was \(before) and is \(now)", "on purpose", "(--allow-changes, --output)")
    #expect(try folder.bytes("run/checkpoint.safetensors") == state)
    let outcome = try train(["--resume", "--allow-changes", "--steps", "40"], set: "\(key)=\(now)")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.messages.contains("\nfrom step 21 on: \(key) \(now), before \(before)"))
    #expect(outcome.state != (try train(["--steps", "40"], to: "whole").state))
    let note = "after step 20: \(key) \(before) -> \(now)"
    #expect(try model().metadata["training.changes"] == note)
    #expect(try model("whole").metadata["training.changes"] == nil)
    #expect(try folder.text("run/experiment.yaml").hasPrefix("# \(note)\nname: tiny\n"))
    // A second change joins the first, and going on with neither says nothing new.
    let third = try train(["--resume", "--steps", "60"], set: "\(key)=\(now)")
    #expect(third.status == 0 && !third.messages.contains("from step"), "\(third.messages)")
    #expect(try model().metadata["training.changes"] == note)
    let fourth = try train(["--resume", "--allow-changes", "--steps", "80"])
    #expect(fourth.status == 0, "\(fourth.messages)")
    #expect(
      try model().metadata["training.changes"] == "\(note)\nafter step 60: \(key) \(now) -> \(before)")
  }

  @Test func moreStepsOfAScheduleThatFallsAreAPurpose() throws {
    #expect(try train([], to: "poly", set: "training.schedule=poly").status == 0)
    let more = ["--resume", "--steps", "40"]
    expectError(
      try train(more, to: "poly", set: "training.schedule=poly"), status: 64,
      naming: "training.steps was 20 and is 40", "poly", "(--allow-changes, --output)")
    let outcome = try train(more + ["--allow-changes"], to: "poly", set: "training.schedule=poly")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(
      outcome.messages.contains(
        "from step 21 on: training.steps 40, before 20; the rate of the next step is 0.00"))
    #expect(outcome.messages.contains("it would have been 0.0\n"))
    #expect(try model("poly").metadata["training.changes"] == "after step 20: training.steps 20 -> 40")
  }

  @Test(arguments: [
    ["network.width", "4", "6"], ["training.seed", "1", "2"], ["loss.w0", "10", "5"],
    ["augmentation.flips", "true", "false"], ["data.kind", "membranes", "instances"],
    ["numerics", "winograd", "direct"], ["data.normalisation", "mean-deviation", "none"],
  ])
  func whatDecidedTheWeightsMayNot(change: [String]) throws {
    let words = "\(change[0]) was \(change[1]) and is \(change[2])"
    for flags in [["--resume"], ["--resume", "--allow-changes"]] {
      expectError(
        try train(flags, set: "\(change[0])=\(change[2])"), status: 64, naming: checkpoint,
        "belongs to another experiment (\(words))", "(--output)")
    }
  }

  @Test func changedImagesAreNamedAndMayBeMeant() throws {
    try folder.write([noise(64, 64), noise(64, 64), noise(64, 64)], "images.tif")
    let more = ["--resume", "--steps", "40"]
    expectError(
      try train(more), status: 64, naming: checkpoint, "was written before a change: images.tif has changed",
      "(--allow-changes, --output)")
    let outcome = try train(more + ["--allow-changes"])
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(try model().metadata["training.changes"] == "after step 20: images.tif has changed")
  }

  @Test func changedLabelsAreNamed() throws {
    let pages = (0..<3).map { plain(255, 64, 64).with(0, row: 9 + $0, column: 2) }
    try folder.write(pages, "labels.tif")
    expectError(
      try train(["--resume"]), status: 64, naming: checkpoint, "the labels of images.tif have changed")
  }

  @Test func theSameImagesInOtherFilesAreTheSame() throws {
    try FileManager.default.createDirectory(atPath: folder("elsewhere"), withIntermediateDirectories: true)
    for name in ["images.tif", "labels.tif"] {
      try FileManager.default.moveItem(atPath: folder(name), toPath: folder("elsewhere/\(name)"))
    }
    let outcome = try train(
      ["--resume", "--steps", "40"], set: "data.images=elsewhere/images.tif",
      "data.labels=elsewhere/labels.tif")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(try model().metadata["training.changes"] == nil)
  }

  @Test func heldOutImagesMayBecomeOthersButNotThoseThatWereLearntFrom() throws {
    expectError(
      try train(["--resume", "--allow-changes"], set: "data.hold-out={pages: 0}"), status: 64,
      naming: checkpoint, "has learnt from images.tif, page 0, which is held out now")
    let fewer = try train(["--resume", "--steps", "40", "--allow-changes"], set: "data.hold-out=none")
    #expect(fewer.status == 0, "\(fewer.messages)")
    #expect(
      try model().metadata["training.changes"]
        == "after step 20: data.hold-out {pages: [2]} -> none; page 2 of images.tif is new")
  }

  /// A checkpoint of an earlier version has the experiment's hash alone, and no digest of its own.
  @Test func anOlderCheckpointGoesOnWhereTheHashIsEqual() throws {
    var old = try SafetensorsFile.read(checkpoint)
    old.metadata = old.metadata.filter { ["step", "experiment"].contains($0.key) }
    old.metadata["format"] = "swift-unet checkpoint 1"
    try old.write(to: checkpoint)
    #expect(try train(["--resume"]).status == 0)
    // The experiment beside it, if it is that of the hash, says what is different.
    try old.write(to: checkpoint)
    let words = "network.width was 4 and is 6"
    expectError(try train(["--resume"], set: "network.width=6"), status: 64, naming: words)
    expectError(
      try train(["--resume", "--allow-changes"], set: "data.hold-out=none"), status: 64,
      naming: "belongs to another experiment (data.hold-out was {pages: [2]} and is none)")
    let longer = try train(["--resume", "--steps", "40"])
    #expect(longer.state == (try train(["--steps", "40"], to: "whole").state), "\(longer.messages)")
    try old.write(to: checkpoint)
    try folder.write("name: tiny", "run/experiment.yaml")
    expectError(
      try train(["--resume", "--steps", "60"]), status: 64,
      naming: "belongs to another experiment (compare \(tiny.run)/experiment.yaml)")
  }
}
