import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Results as the Cell Tracking Challenge wants them: `01_RES/maskNNN.tif`.
@Suite struct MaskTests {
  /// The tag's first value in a little-endian TIFF of one page.
  private func tag(_ number: UInt16, of file: Data) -> UInt16? {
    func word(_ at: Int) -> Int { Int(file[at]) | Int(file[at + 1]) << 8 }
    func long(_ at: Int) -> Int { word(at) | word(at + 2) << 16 }
    guard word(0) == 0x4949 else { return nil }
    let directory = long(4)
    for entry in 0..<word(directory) where word(directory + 2 + 12 * entry) == Int(number) {
      return UInt16(word(directory + 2 + 12 * entry + 8))
    }
    return nil
  }

  @Test func cellsAreTrainedSegmentedAndJudgedByTheNumbersOfTheirFiles() throws {
    let folder = try TemporaryFolder()
    let made = try UnetCommand.run(
      "synthesize", "cells", "--output", folder.path, "--count", "4", "--size", "96")
    try #require(made.status == 0, "\(made.messages)")
    for name in ["01", "01_GT/SEG"] {
      try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
    }
    let (images, labels) = (
      try ImageFile.read(folder("images.tif")), try ImageFile.read(folder("labels.tif"))
    )
    for page in 0..<4 { try folder.write([images[page]], "01/t00\(page).tif") }
    for page in [1, 3] { try folder.write([labels[page]], "01_GT/SEG/man_seg00\(page).tif") }
    try folder.write(
      """
      name: cells
      data: {images: 01, labels: 01_GT/SEG, kind: instances, hold-out: {pages: 3}}
      network: {levels: 2, width: 8, dropout: 0}
      training: {tile: 92, steps: 300, rate: 0.05, momentum: 0.9}
      prediction: {instances: {smallest-area: 10, grow: 1, fill-holes: true}}
      evaluation: {metrics: [seg], every: 1000}

      """, "cells.yaml")
    let trained = try UnetCommand.run(
      "train", folder("cells.yaml"), "--output", folder("run"), "--device", "cpu")
    try #require(trained.status == 0, "\(trained.messages)")
    let segmented = try UnetCommand.run(
      "segment", folder("run/model.safetensors"), folder("01"), "--output", folder("01_RES"), "--device",
      "cpu", "--write", "masks,instances")
    try #require(segmented.status == 0, "\(segmented.messages)")
    let masks = folder.files.filter { $0.hasPrefix("01_RES/mask") }
    #expect(masks == (0..<4).map { "01_RES/mask00\($0).tif" })
    for page in 0..<4 {
      let mask = try ImageFile.read(folder("01_RES/mask00\(page).tif"))
      #expect(mask == (try ImageFile.read(folder("01_RES/t00\(page)-instances.tif"))))
      #expect(mask.count == 1 && mask[0].format == .uint16 && mask[0].size == "96×96")
      #expect(tag(259, of: try folder.bytes("01_RES/mask00\(page).tif")) == 5)  // compression: LZW
    }
    // Only page 3 was held out; SEG of its mask is the figure of the run.
    try FileManager.default.removeItem(atPath: folder("01_GT/SEG/man_seg001.tif"))
    for page in 0..<4 {
      try FileManager.default.removeItem(atPath: folder("01_RES/t00\(page)-instances.tif"))
    }
    let judged = try UnetCommand.run(
      "evaluate", "--truth", folder("01_GT/SEG"), "--prediction", folder("01_RES"), "--kind", "instances",
      "--metrics", "seg",
      "--json")
    try #require(judged.status == 0, "\(judged.messages)")
    let seg = try #require(
      try judged.figures()["seg"])
    #expect(seg > 0.1)  // a second of training finds some cells
    #expect(trained.output.contains(String(format: "%.6f", seg)), "\(seg)\n\(trained.output)")
  }

  @Test(arguments: [("t7.tif", "mask007"), ("2019-t0123.tif", "mask0123"), ("frame12b.png", "mask012")])
  func theNumberIsThatOfTheImageWithThreeDigitsAtLeast(image: String, mask: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write([noise(20, 20)], image)
    let outcome = try UnetCommand.run(
      "segment", try TinyExperiment.trained.get().model, file, "--output", folder("out"), "--device", "cpu",
      "--write", "masks")
    #expect(outcome.output == "\(folder("out"))/\(mask).tif\n", "\(outcome.messages)")
  }

  @Test func imagesWithoutANumberOfTheirOwnAndStacksAreNamed() throws {
    let (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model)
    func masks(_ images: String...) throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        ["segment", model] + images + ["--output", folder("out"), "--device", "cpu", "--write", "masks"])
    }
    let plain = try folder.write([noise(20, 20)], "cell.tif")
    let (a, b) = (
      try folder.write([noise(20, 20)], "a1.tif"), try folder.write([noise(20, 20)], "b001.tif")
    )
    let stack = try folder.write([noise(20, 20), noise(20, 20)], "t2.tif")
    expectError(try masks(plain), status: 1, naming: plain, "no number", "t007.tif")
    expectError(try masks(a, b), status: 1, naming: a, b, "001")
    expectError(try masks(stack), status: 1, naming: stack, "2 pages")
    #expect(!folder.files.contains { $0.hasPrefix("out/") })
  }
}
