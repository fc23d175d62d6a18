import Foundation
#if canImport(FoundationXML)
  import FoundationXML
#endif
import Testing
import UNetImages
import UNetTestSupport

/// From pictures to a judged segmentation, as the README says.
@Suite struct EndToEndTests {
  @Test(arguments: ["cpu", "opencl"])
  func aTrainedNetworkSegmentsBetterThanGuessing(device: String) throws {
    let tiny = try TinyExperiment(steps: 300)
    let trained = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", device)
    #expect(trained.status == 0, "\(trained.messages)")
    for name in ["experiment.yaml", "log.csv", "checkpoint.safetensors", "model.safetensors"] {
      #expect(tiny.folder.files.contains("run/\(name)"))
    }
    let images = tiny.folder("images.tif")
    let segmented = try UnetCommand.run(
      "segment", tiny.model, images, "--output", tiny.folder("results"), "--device", device)
    #expect(segmented.status == 0, "\(segmented.messages)")
    let prediction = tiny.folder("results/images-probabilities.tif")
    let judged = try UnetCommand.run(
      "evaluate", "--truth", tiny.folder("labels.tif"), "--prediction", prediction, "--json")
    let figures = try judged.figures()
    let guess = try pixelErrorOfAllWhite(tiny.folder("labels.tif"))
    #expect(try #require(figures["pixel-error"]) < 0.8 * guess)
  }

  /// 1 - F of calling every pixel foreground.
  private func pixelErrorOfAllWhite(_ labels: String) throws -> Double {
    let pixels = try ImageFile.read(labels).flatMap(\.pixels)
    let foreground = Double(pixels.count { $0 > 0 })
    return 1 - 2 * foreground / (foreground + Double(pixels.count))
  }

  @Test func theCurveOfAnyNameIsXMLWithThatName() throws {
    let tiny = try TinyExperiment(steps: 2)
    let text = try String(contentsOfFile: tiny.file, encoding: .utf8)
    try tiny.folder.write(
      text.replacingOccurrences(of: "name: tiny", with: "name: A&B <1>"), "experiment.yaml")
    let trained = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "cpu")
    #expect(trained.status == 0, "\(trained.messages)")
    let texts = TextsOfXML(try tiny.folder.bytes("run/curve.svg"))
    #expect(texts.isWhole)
    #expect(texts.found.contains("A&B <1>") && texts.found.contains("held-out pixel-error"))
  }

  /// The processor's oldest instructions give the bits of its newest.
  @Test func everyInstructionSetTrainsTheSame() throws {
    let tiny = try TinyExperiment()
    let baseline = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", environment: ["UNET_CPU": "baseline"])
    #expect(baseline.status == 0, "\(baseline.messages)")
    #expect(baseline.messages.contains("CPU (baseline, "), "\(baseline.messages)")
    let newest = try TinyExperiment.trained.get().folder.bytes("run/model.safetensors")
    #expect(try tiny.folder.bytes("run/model.safetensors") == newest)
  }

  /// Image, probability and outline of a held-out page, side by side, whenever figures are taken.
  @Test func previewsArePicturesOfHeldOutPages() throws {
    let tiny = try TinyExperiment()
    let trained = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "evaluation.every=10")
    #expect(trained.status == 0, "\(trained.messages)")
    let previews = tiny.folder.files.filter { $0.hasPrefix("run/previews/") }
    #expect(previews == ["run/previews/step-10.png", "run/previews/step-20.png"])
    for preview in previews {
      #expect(try tiny.folder.bytes(preview).starts(with: [0x89] + Array("PNG\r\n".utf8)))
      let pages = try ImageFile.read(tiny.folder(preview))
      #expect(pages.count == 1 && pages[0].height >= 64 && pages[0].width >= 3 * 64)
      #expect(Set(pages[0].pixels).count > 2)
    }
  }

  @Test func theResolvedExperimentTrainsTheSame() throws {
    let trained = try TinyExperiment.trained.get()
    let folder = try TemporaryFolder()
    let again = try UnetCommand.run(
      "train", trained.run + "/experiment.yaml", "--data", trained.folder.path, "--output", folder("run"),
      "--device",
      "cpu")
    #expect(again.status == 0, "\(again.messages)")
    #expect(
      try folder.bytes("run/model.safetensors") == (try trained.folder.bytes("run/model.safetensors")))
  }

  @Test func syntheticPicturesAreTheSameForTheSameOptions() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      let made = try UnetCommand.run(
        "synthesize", "cells", "--output", folder(name), "--count", "2", "--size", "80", "--seed", "5")
      #expect(made.status == 0, "\(made.messages)")
    }
    for file in ["images.tif", "labels.tif"] {
      #expect(try folder.bytes("a/\(file)") == (try folder.bytes("b/\(file)")))
    }
    let (images, labels) = (
      try ImageFile.read(folder("a/images.tif")), try ImageFile.read(folder("a/labels.tif"))
    )
    #expect((images.count, labels.count) == (2, 2))
    #expect((images[0].format, labels[0].format) == (.uint8, .uint16))
    #expect(images[0] != images[1])
  }

  @Test func weightMapsHaveAPageForEachPageAndWeighBorders() throws {
    let folder = try TemporaryFolder()
    var labels = plain(1, 20, 21, .uint16)
    for y in 0..<20 {
      labels = labels.with(0, row: y, column: 10)
      for x in 11..<21 { labels = labels.with(2, row: y, column: x) }
    }
    let file = try folder.write([labels, labels], "labels.tif")
    let made = try UnetCommand.run(
      "weight-map", file, "--kind", "instances", "--output", folder("w.tif"), "--no-class-balance", "--w0",
      "10",
      "--sigma", "5")
    #expect(made.status == 0, "\(made.messages)")
    let pages = try ImageFile.read(folder("w.tif"))
    #expect(pages.count == 2)
    // Both cells are a pixel away: 1 + 10 exp(-(1 + 1)² / 50).
    #expect(abs(pages[0].pixels[10] - (1 + 10 * Float(exp(-0.08)))) < 1e-5)
    #expect(pages[0].pixels[0] == 1)
  }
}

/// The contents of an XML document's `text` elements.
private final class TextsOfXML: NSObject, XMLParserDelegate {
  private(set) var found: [String] = []
  private(set) var isWhole = false

  init(_ data: Data) {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    isWhole = parser.parse()
  }

  func parser(
    _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
    attributes _: [String: String]
  ) {
    if name == "text" { found.append("") }
  }

  func parser(_: XMLParser, foundCharacters characters: String) {
    if !found.isEmpty { found[found.count - 1] += characters.trimmingCharacters(in: .newlines) }
  }
}
