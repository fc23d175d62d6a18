import Testing
import UNetImages
import UNetPrediction
import UNetTestSupport

/// `data.scale`: the network works at another resolution, figures and results have the images' own.
@Suite struct ScaleTests {
  @Test func aModelAtHalfTheResolutionSegmentsAndIsJudgedAtTheImagesOwn() throws {
    let tiny = try TinyExperiment()
    let trained = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "data.scale=0.5")
    try #require(trained.status == 0, "\(trained.messages)")
    let held = try ImageFile.read(tiny.folder("images.tif"))[2]
    let image = try tiny.folder.write([held], "held.tif")
    let segmented = try UnetCommand.run(
      "segment", tiny.model, image, "--output", tiny.folder.path, "--device", "cpu", "--write",
      "probabilities,logits")
    try #require(segmented.status == 0, "\(segmented.messages)")
    let chances = try ImageFile.read(tiny.folder("held-probabilities.tif"))[0]
    #expect((chances.height, chances.width) == (held.height, held.width))
    #expect(try ImageFile.read(tiny.folder("held-logits.tif"))[0].size == "\(held.size)×2")
    // The judge of the run saw the same picture and the same labels.
    try tiny.folder.write([try ImageFile.read(tiny.folder("labels.tif"))[2]], "truth.tif")
    let judged = try UnetCommand.run(
      "evaluate", "--truth", tiny.folder("truth.tif"), "--prediction",
      tiny.folder("held-probabilities.tif"), "--threshold", "\(Model.read(tiny.model).threshold)")
    #expect(judged.figuresText.contains("iou"))
    #expect(trained.output.hasSuffix(judged.figuresText), "\(trained.output)\n\(judged.output)")
  }

  @Test func anInstanceThatVanishesEndsTheCommandBeforeTraining() throws {
    let folder = try TemporaryFolder()
    let labels = plain(0, 64, 64, .uint16).with(9, row: 4, column: 6)
    let images = try folder.write([noise(64, 64)], "a.tif")
    let truth = try folder.write([labels], "b.tif")
    let file = try folder.write(
      """
      name: small
      data: {images: \(images), labels: \(truth), kind: instances, scale: 0.5}
      network: {levels: 2, width: 4}
      training: {tile: 60, steps: 1}

      """, "x.yaml")
    let outcome = try UnetCommand.run("train", file, "--output", folder("run"), "--device", "cpu")
    expectError(outcome, status: 1, naming: truth, "9", "1 pixel", "scale 0.5", "data.scale")
    #expect(!folder.files.contains { $0.hasPrefix("run/") })
  }
}
