import Foundation
import Testing
import UNetData
import UNetImages
import UNetTestSupport

/// `unet segment`, its files and their values.
@Suite struct SegmentTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws { (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model) }

  private func segment(_ images: [String], to output: String, _ arguments: String...) throws {
    let outcome = try UnetCommand.run(["segment", model] + images + ["--output", output] + arguments)
    try #require(outcome.status == 0, "\(outcome.messages)")
  }

  @Test func tilesGiveWhatOneLargeTileGivesOnEveryDevice() throws {
    let image = try folder.write([noise(700, 517)], "a.tif")
    let products = ["--write", "probabilities,labels,instances,logits,overlay"]
    let runs = [("cpu", "60"), ("cpu", "720"), ("opencl", "100")]
    for (device, tile) in runs {
      let outcome = try UnetCommand.run(
        ["segment", model, image, "--output", folder(device + tile), "--device", device, "--tile", tile]
          + products)
      try #require(outcome.status == 0, "\(outcome.messages)")
    }
    for name in ["probabilities.tif", "labels.png", "instances.tif", "logits.tif", "overlay.png"] {
      let expected = try folder.bytes("cpu60/a-\(name)")
      #expect(expected == (try folder.bytes("cpu720/a-\(name)")), "\(name)")
      #expect(expected == (try folder.bytes("opencl100/a-\(name)")), "\(name)")
    }
  }

  @Test func aWordOfWriteThatIsRepeatedIsTakenOnce() throws {
    let image = try folder.write([noise(30, 40)], "a\nb.tif")
    let outcome = try UnetCommand.run(
      "segment", model, image, "--output", folder("o"), "--write", "labels,labels", "--device", "cpu")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.output == "\(folder("o"))/a\\u{A}b-labels.png\n")
  }

  @Test(arguments: [(1, 1), (13, 20), (43, 45)])
  func imagesSmallerThanATileKeepTheirSize(height: Int, width: Int) throws {
    let image = try folder.write([noise(height, width)], "small.png")
    try segment([image], to: folder.path, "--device", "cpu")
    let page = try ImageFile.read(folder("small-probabilities.tif"))[0]
    #expect((page.height, page.width) == (height, width))
    #expect(page.pixels.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func labelsAndInstancesFollowTheThreshold() throws {
    let image = try folder.write([noise(90, 70)], "a.png")
    try segment(
      [image], to: folder.path, "--device", "cpu", "--threshold", "0.4", "--write",
      "probabilities,labels,instances,overlay")
    let chances = try ImageFile.read(folder("a-probabilities.tif"))[0]
    let labels = try ImageFile.read(folder("a-labels.png"))[0]
    let instances = try ImageFile.read(folder("a-instances.tif"))[0]
    let overlay = try ImageFile.read(folder("a-overlay.png"))[0]
    #expect((chances.format, labels.format, instances.format) == (.float32, .uint8, .uint16))
    #expect((overlay.channels, overlay.height, overlay.width) == (3, 90, 70))
    #expect(labels.pixels == chances.pixels.map { Double($0) > 0.4 ? 255 : 0 })
    let regions = connectedComponents(of: labels.pixels.map { $0 > 0 }, height: 90, width: 70)
    #expect(instances.pixels == regions.ids.map { Float($0) })
  }

  @Test func aStackGivesStacks() throws {
    let image = try folder.write(
      [noise(50, 40), noise(50, 40, seed: 2), noise(50, 40, seed: 3)], "stack.tif")
    try segment(
      [image], to: folder("out"), "--device", "cpu", "--write", "probabilities,labels,logits,overlay")
    for (product, channels) in ["probabilities": 1, "labels": 1, "logits": 2, "overlay": 3] {
      let pages = try ImageFile.read(folder("out/stack-\(product).tif"))
      #expect(pages.map(\.channels) == [channels, channels, channels])
    }
    try folder.write([noise(50, 40, seed: 2)], "second.tif")
    try segment([folder("second.tif")], to: folder("out"), "--device", "cpu")
    let alone = try ImageFile.read(folder("out/second-probabilities.tif"))
    #expect(try ImageFile.read(folder("out/stack-probabilities.tif"))[1] == alone[0])
  }

  @Test func foldersAndGlobsNameTheirFilesInNaturalOrder() throws {
    try FileManager.default.createDirectory(atPath: folder("in"), withIntermediateDirectories: true)
    for (number, name) in ["t10.png", "t2.png"].enumerated() {
      try folder.write([noise(20, 20, seed: UInt64(number))], "in/\(name)")
    }
    for images in [folder("in"), folder("in/t*.png")] {
      let outcome = try UnetCommand.run(
        "segment", model, images, "--output", folder("out"), "--device", "cpu", "--write", "labels",
        "--overwrite")
      #expect(outcome.output == "\(folder("out"))/t2-labels.png\n\(folder("out"))/t10-labels.png\n")
    }
  }

  @Test func severalClassesGiveAChannelForEachAndTheMostProbableNumber() throws {
    let tiny = try TinyExperiment.trainedOnThreeClasses.get()
    let image = try folder.write([noise(30, 20)], "a.png")
    let outcome = try UnetCommand.run(
      "segment", tiny.model, image, "--output", folder.path, "--device", "cpu", "--write",
      "probabilities,labels,logits")
    try #require(outcome.status == 0, "\(outcome.messages)")
    let chances = try ImageFile.read(folder("a-probabilities.tif"))
    #expect(chances.map(\.channels) == [3])
    #expect(try ImageFile.read(folder("a-logits.tif")).map(\.channels) == [3])
    let expected = (0..<600).map { at -> Float in
      let all = Array(chances[0].pixels[3 * at..<3 * at + 3])
      return Float(all.firstIndex(of: all.max() ?? 0) ?? 0)
    }
    #expect(try ImageFile.read(folder("a-labels.png"))[0].pixels == expected)
  }

  /// Of several classes masks and overlay alone are what is above a threshold.
  @Test func aThresholdThatChangesNothingIsNoted() throws {
    let model = try TinyExperiment.trainedOnThreeClasses.get().model
    let image = try folder.write([noise(30, 20)], "a.png")
    func messages(_ write: String, _ threshold: String) throws -> String {
      let outcome = try UnetCommand.run(
        "segment", model, image, "--output", folder(write + threshold), "--device", "cpu", "--write", write,
        "--threshold", threshold)
      #expect(outcome.status == 0, "\(outcome.messages)")
      return outcome.messages
    }
    let note = "note: the threshold changes nothing that is written: of 3 classes"
    #expect(try messages("labels,instances", "0.9").hasPrefix(note))
    #expect(try messages("labels,overlay", "0.9").isEmpty)
    #expect(try messages("labels", "0.5").isEmpty)
    _ = try messages("labels,instances", "0.1")
    for name in ["a-labels.png", "a-instances.tif"] {
      #expect(
        try folder.bytes("labels,instances0.1/\(name)") == folder.bytes("labels,instances0.9/\(name)"))
    }
  }
}
