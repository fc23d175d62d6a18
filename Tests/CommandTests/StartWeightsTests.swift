import Foundation
import Testing
import UNetTestSupport

/// Initial weights that fit a network in part.
@Suite struct StartWeightsTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }
  private var start: String { folder("start.safetensors") }

  init() throws {
    tiny = try TinyExperiment()
    let trained = try TinyExperiment.trained.get()
    try FileManager.default.copyItem(atPath: trained.model, toPath: start)
  }

  /// A training of a single step at a rate that is 0 in Float32, to see what it began with.
  private func train(_ run: String, set overrides: String...) throws -> UnetCommand.Outcome {
    try UnetCommand.run(
      ["train", tiny.file, "--output", folder(run), "--device", "cpu", "--steps", "1"]
        + (["training.rate=1e-30", "data.hold-out=none"] + overrides).flatMap { ["--set", $0] })
  }

  private func weights(_ run: String) throws -> [String: [Float]] {
    try SafetensorsFile.read(folder("\(run)/model.safetensors")).tensors.mapValues(\.elements)
  }

  @Test func aCheckpointIsNoModel() throws {
    try #require(try train("run", set: "training.initial=none").status == 0)
    expectError(
      try train("a", set: "training.initial=run/checkpoint.safetensors"), status: 1,
      naming: "run/checkpoint.safetensors is a checkpoint: give the model.safetensors")
  }

  @Test func whatDoesNotFitIsDrawnAsWithoutThemAndNamed() throws {
    let classes = ["network.classes=3", "data.kind=classes", "data.labels=classes.tif"]
    let pages = (0..<3).map { _ in plain(0, 64, 64).with(1, row: 3, column: 3).with(2, row: 9, column: 9) }
    try folder.write(pages, "classes.tif")
    let refused = try train(
      "a", set: classes[0], classes[1], classes[2], "training.initial=start.safetensors")
    expectError(
      refused, status: 1, naming: "\(start) does not fit: parameter 'head.", "3×4×1×1",
      "training.initial-fits: part")
    let outcome = try train(
      "a", set: classes[0], classes[1], classes[2], "training.initial=start.safetensors",
      "training.initial-fits=part")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(
      outcome.messages.contains(
        "\(start): drawn anew: head.weight (2×4×1×1, the network needs 3×4×1×1), "
          + "head.bias (2, the network needs 3)\n"), "\(outcome.messages)")
    #expect(try train("b", set: classes[0], classes[1], classes[2]).status == 0)
    let (given, drawn, begun) = (
      try SafetensorsFile.read(start).tensors.mapValues(\.elements), try weights("b"), try weights("a")
    )
    for (name, elements) in begun {
      let expected = try #require((name.hasPrefix("head.") ? drawn : given)[name])
      // The step moves what is 0 by as much as its rate.
      #expect(elements.count == expected.count, "\(name)")
      #expect(
        zip(elements, expected).allSatisfy { $0 == $1 || $1.magnitude < 1e-25 && $0.magnitude < 1e-25 },
        "\(name)")
    }
  }

  @Test func tensorsThatTheNetworkHasNotAreNamed() throws {
    var file = try SafetensorsFile.read(start)
    file.tensors["encoder.9.conv1.weight"] = file.tensors["head.weight"]
    file.tensors["head.bias"] = nil
    try file.write(to: start)
    let outcome = try train(
      "a", set: "training.initial=start.safetensors", "training.initial-fits=part")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.messages.contains("\(start): drawn anew: head.bias\n"), "\(outcome.messages)")
    #expect(outcome.messages.contains("\(start): not used: encoder.9.conv1.weight\n"))
  }

  @Test func weightsOfWhichNothingFitsAreRefused() throws {
    var file = try SafetensorsFile.read(start)
    file.tensors = ["other": file.tensors["head.bias"] ?? .init([1], [0])]
    try file.write(to: start)
    expectError(
      try train("a", set: "training.initial=start.safetensors", "training.initial-fits=part"), status: 1,
      naming: start, "has no tensor that fits the network")
  }

  @Test(arguments: ["all", "part"]) func weightsThatAreNotFiniteAreNamed(fits: String) throws {
    var file = try SafetensorsFile.read(start)
    file.tensors["head.bias"]?.elements[0] = .nan
    try file.write(to: start)
    expectError(
      try train("a", set: "training.initial=start.safetensors", "training.initial-fits=\(fits)"), status: 1,
      naming: start, "has NaN or infinity in 'head.bias': give initial weights that are finite")
  }

  /// Also of what these weights have learnt from by way of others, and where images are prepared otherwise here.
  @Test func heldOutImagesThatTheWeightsHaveLearntFromAreNoted() throws {
    let overlap = ["data.hold-out={pages: 1}", "data.normalisation=none"]
    let words = "1 of 1 held-out images are what "
    func start(_ file: String) -> String { "training.initial=\(file)" }
    let first = try train("a", set: start("start.safetensors"), overlap[0], overlap[1])
    #expect(
      first.status == 0 && first.messages.contains("note: \(words)\(folder("start.safetensors")) has"),
      "\(first.messages)")
    let second = try train("b", set: start("start.safetensors"), "data.hold-out={pages: 2}")
    #expect(second.status == 0 && !second.messages.contains(words), "\(second.messages)")
    // The second has learnt from page 0 itself, and from page 1 by its start.
    #expect(try train("c", set: start("start.safetensors"), "data.hold-out={pages: 1-2}").status == 0)
    let chained = try train("d", set: start("c/model.safetensors"), overlap[0])
    #expect(chained.messages.contains(words), "\(chained.messages)")
    let drawn = try train("e", set: "training.initial=none", "data.hold-out={pages: 1-2}")
    #expect(drawn.status == 0)
    let other = try train("f", set: start("e/model.safetensors"), overlap[0])
    #expect(other.status == 0 && !other.messages.contains(words), "\(other.messages)")
  }
}
