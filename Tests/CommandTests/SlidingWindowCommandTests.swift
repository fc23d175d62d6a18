import Foundation
import Testing
import UNetTestSupport

/// The predecessor's network through the command: trained by an experiment, judged and used like a U-Net.
@Suite struct SlidingWindowCommandTests {
  /// Two held-out figures and a model.
  private func trained() throws -> TinyExperiment {
    let tiny = try TinyExperiment(steps: 3)
    try FileManager.default.removeItem(atPath: tiny.file)
    try tiny.folder.write(
      """
      name: tiny
      data: {images: images.tif, labels: labels.tif, kind: membranes, hold-out: {pages: 2}}
      network: {variant: sliding-window, width: 3}
      training: {tile: 127, steps: 3, rate: 0.01, momentum: 0.9}
      evaluation: {metrics: [pixel]}

      """, "experiment.yaml")
    let outcome = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "cpu")
    try #require(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.output.contains("pixel"))
    return tiny
  }

  /// The files are the same whether each window is computed by itself, or tiles of either size share them.
  @Test func windowsAndTilesGiveTheSameFiles() throws {
    let tiny = try trained()
    let image = try tiny.folder.write([noise(23, 31)], "a.png")
    var files: [[Data]] = []
    for options in [["--windows"], ["--tile", "95"], []] {
      let results = tiny.folder("results\(files.count)")
      let outcome = try UnetCommand.run(
        [
          "segment", tiny.model, image, "--output", results, "--device", "cpu", "--write",
          "probabilities,logits",
        ]
          + options)
      try #require(outcome.status == 0, "\(outcome.messages)")
      files.append(
        try ["probabilities", "logits"].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(results)/a-\($0).tif"))
        })
    }
    #expect(files[0] == files[1] && files[1] == files[2])
  }

  @Test func aUNetHasNoWindows() throws {
    let folder = try TemporaryFolder()
    let image = try folder.write([noise(50, 40)], "a.png")
    let model = try TinyExperiment.trained.get().model
    expectError(
      try UnetCommand.run(
        "segment", model, image, "--output", folder("results"), "--device", "cpu", "--windows"),
      status: 64, naming: "--windows", "U-Net", "leave it out")
  }

  @Test func aTileThatHoldsNoWholeWindowsIsNamedWithTheNearestThatDo() throws {
    let tiny = try trained()
    let image = try tiny.folder.write([noise(23, 31)], "a.png")
    expectError(
      try UnetCommand.run(
        "segment", tiny.model, image, "--output", tiny.folder("results"), "--device", "cpu", "--tile", "100"),
      status: 64, naming: "--tile", "100", "95 and 111")
  }
}
