import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Files of truth and prediction as people have them: what `unet evaluate` says of them.
@Suite struct JudgedPicturesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Nine round cells on 60 x 60, numbered from 1; `value` gives each its number in the file.
  private func cells(_ format: Image.Format = .uint8, _ value: (Int) -> Float = { Float($0) }) -> Image {
    grey(60, 60, format) { at in
      let (y, x) = (at / 60, at % 60)
      let (row, column) = (y / 20, x / 20)
      let (a, b) = (y % 20 - 10, x % 20 - 9)
      return a * a + b * b < 49 ? value(1 + 3 * row + column) : 0
    }
  }

  private func figures(_ truth: String, _ prediction: String, _ arguments: String...) throws -> [String:
    Double]
  {
    try figures(["--truth", truth, "--prediction", prediction] + arguments)
  }

  private func figures(_ arguments: [String]) throws -> [String: Double] {
    let outcome = try UnetCommand.run(["evaluate", "--json"] + arguments)
    try #require(outcome.status == 0, "\(outcome.messages)")
    return try outcome.figures()
  }

  private func error(_ truth: String, _ prediction: String, _ arguments: [String] = []) throws -> String {
    let outcome = try UnetCommand.run(["evaluate", "--truth", truth, "--prediction", prediction] + arguments)
    expectError(outcome, status: 1, naming: [])
    #expect(outcome.output.isEmpty)
    return outcome.messages.replacingOccurrences(of: folder.path + "/", with: "")
  }

  @Test func controlCharactersInNamesAreShown() throws {
    let truth = try folder.write([cells()], "tru\nth.tif")
    let outcome = try UnetCommand.run("evaluate", "--truth", truth, "--prediction", truth, "--metrics", "iou")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.output.contains("tru\\u{A}th.tif: instances"), "\(outcome.output)")
    #expect(outcome.output.split(separator: "\n").dropLast().allSatisfy { $0.hasPrefix("# ") })
  }

  @Test func swappedClassesAreSeen() throws {
    let truth = try folder.write([cells { $0 % 2 == 0 ? 1 : 2 }], "truth.tif")
    let swapped = try folder.write([cells { $0 % 2 == 0 ? 2 : 1 }], "prediction.tif")
    let share = Double(cells().pixels.count { $0 > 0 }) / 3600
    for metrics in [["--metrics", "pixel,iou"], [], ["--metrics", "wrong-pixels,dice,seg"]] {
      let figures = try figures(["--truth", truth, "--prediction", swapped, "--kind", "classes"] + metrics)
      #expect(figures["wrong-pixels"] == share)
      #expect(figures["iou-1"] == 0 && figures["iou-2"] == 0 && figures["mean-iou"] == 0)
      #expect(figures.allSatisfy { $0.value < 1 || $0.key.hasPrefix("foreground-") })
    }
  }

  @Test func curvesThatTakeClassesAsOneSaySo() throws {
    let truth = try folder.write([cells { $0 % 2 == 0 ? 1 : 2 }], "truth.tif")
    let outcome = try UnetCommand.run(
      "evaluate", "--truth", truth, "--prediction", truth, "--kind", "classes", "--metrics", "pixel",
      "--table",
      folder("table.csv"), "--curve", folder("curve.svg"))
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(
      try folder.text("table.csv").hasPrefix(
        "threshold,foreground-misclassification-rate,foreground-pixel-f\n"))
    #expect(try folder.text("curve.svg").contains(">foreground-pixel F</text>"))
  }

  @Test func instancesInEightBitsAreInstances() throws {
    let truth = try folder.write([cells(.uint16)], "truth.tif")
    let same = try folder.write([cells()], "prediction.tif")
    let figures = try figures(truth, same, "--metrics", "seg,iou,ap,aji,pq")
    for name in ["seg", "iou", "ap95", "mean-ap", "aji", "pq"] { #expect(figures[name] == 1, "\(name)") }
  }

  @Test(arguments: [Image.Format.uint8, .uint16, .float32], [Float(1), 7, 255])
  func zeroAndOneOtherNumberAreAMaskInEverySampleType(format: Image.Format, number: Float) throws {
    let cells16 = try folder.write([cells(.uint16)], "cells.tif")
    let mask = try folder.write([cells(format) { _ in number }], "mask.tif")
    for (truth, prediction) in [(cells16, mask), (mask, cells16), (mask, mask)] {
      let figures = try figures(truth, prediction, "--metrics", "pixel,seg,iou")
      #expect(figures["pixel-error"] == 0 && figures["seg"] == 1 && figures["iou"] == 1)
    }
  }

  @Test func allPagesSayWhatNumbersMean() throws {
    // One cell on the first page, two touching ones on the second.
    let pages = [
      grey(40, 40) { $0 % 40 < 20 && $0 / 40 < 20 ? 1 : 0 },
      grey(40, 40) { $0 / 40 < 10 ? 0 : $0 % 40 < 20 ? 1 : 2 },
    ]
    let truth = try folder.write(pages, "truth.tif")
    let prediction = try folder.write(
      pages.map { Image(height: 40, width: 40, format: .uint16, pixels: $0.pixels) }, "prediction.tif")
    #expect(try error(truth, prediction).contains("truth.tif holds several numbers"))
    #expect(try error(truth, prediction).contains("--kind"))
    #expect(
      try figures(truth, prediction, "--metrics", "seg,rand", "--kind", "instances")
        == ["seg": 1, "rand-error": 0, "rand-threshold": 0])
  }

  @Test func labelsAreNeverInverted() throws {
    let plain = try folder.write([cells(.uint16)], "truth.tif")
    for (name, image) in [("mask.tif", cells { _ in 255 }), ("cells.tif", cells(.uint16))] {
      let inverting = try folder.writeInverting(image, name)
      for (truth, prediction) in [(inverting, plain), (plain, inverting)] {
        let figures = try figures(truth, prediction, "--metrics", "seg,iou")
        #expect(figures == ["seg": 1, "iou": 1], "\(name)")
      }
    }
  }

  @Test func classProbabilitiesAreJudgedByTheMostProbable() throws {
    let truth = try folder.write([cells { $0 % 3 == 0 ? 2 : 1 }, cells { _ in 1 }], "truth.tif")
    // A page a class; the second image takes class 2 for class 1.
    let wanted: [(Int) -> Float] = [{ $0 % 3 == 0 ? 2 : 1 }, { _ in 2 }]
    let pages = wanted.flatMap { wanted in
      (0..<3).map { number in
        let map = cells(.float32, wanted)
        return grey(60, 60, .float32) { map.pixels[$0] == Float(number) ? 0.5 : 0.25 }
      }
    }
    let prediction = try folder.write(pages, "probabilities.tif")
    let figures = try figures(truth, prediction, "--kind", "classes", "--metrics", "pixel,dice")
    let share = Double(cells().pixels.count { $0 > 0 }) / 7200
    #expect(figures["wrong-pixels"] == share)
    #expect(try #require(figures["iou-2"]) == 3 / 12.0)
    #expect(
      try error(truth, try folder.write(Array(pages[..<4]), "four.tif")).contains("4 pages, truth.tif 2"))
  }

  @Test func aNetworksOwnClassProbabilitiesAreItsLabels() throws {
    let tiny = try TinyExperiment()
    let labels = try ImageFile.read(tiny.folder("labels.tif")).map { page in
      grey(page.height, page.width) { page.pixels[$0] == 0 ? 0 : $0 % page.width < 30 ? 1 : 2 }
    }
    let truth = try tiny.folder.write(labels, "labels.tif")
    try tiny.folder.write(
      tiny.folder.text("experiment.yaml").replacingOccurrences(of: "kind: membranes", with: "kind: classes")
        .replacingOccurrences(of: "{levels: 2,", with: "{levels: 2, classes: 3,")
        .replacingOccurrences(of: "[pixel, iou, seg]", with: "[wrong-pixels]"), "experiment.yaml")
    for command in [
      ["train", tiny.file, "--output", tiny.run, "--device", "cpu"],
      ["segment", tiny.model, tiny.folder("images.tif"), "--output", tiny.folder("out"), "--device", "cpu"],
    ] {
      let outcome = try UnetCommand.run(command)
      try #require(outcome.status == 0, "\(outcome.messages)")
    }
    let both = try ["probabilities", "labels"].map { result in
      try figures(
        truth, tiny.folder("out/images-\(result).tif"), "--kind", "classes", "--metrics", "pixel,dice")
    }
    #expect(try #require(both[0]["wrong-pixels"]) > 0)
    for name in ["wrong-pixels", "iou-1", "iou-2", "mean-dice"] {
      #expect(both[0][name] == both[1][name], "\(name)")
    }
  }

  @Test func severalResultsOfAnImageNeedAPattern() throws {
    for name in ["t001", "t002"] {
      try folder.write([cells(.uint16)], "labels/\(name).tif")
      try folder.write([cells { _ in 255 }], "results/\(name)-labels.png")
      try folder.write([cells(.float32) { _ in 0.9 }], "results/\(name)-probabilities.tif")
    }
    let message = try error(folder("labels"), folder("results"), ["--metrics", "seg"])
    #expect(message.contains("such as results/*-labels.png"), "\(message)")
    #expect(try figures(folder("labels"), folder("results/*-labels.png"), "--metrics", "seg") == ["seg": 1])
    #expect(
      try figures(folder("labels"), folder("results/*-probabilities.tif"), "--metrics", "seg") == ["seg": 1])
  }

  @Test func whatIsJudgedIsNamed() throws {
    let truth = try folder.write([cells(.uint16), cells(.uint16)], "truth.tif")
    let mask = try folder.write([cells { _ in 1 }, cells { _ in 1 }], "mask.tif")
    let text = try UnetCommand.run("evaluate", "--truth", truth, "--prediction", mask, "--metrics", "seg")
      .output
    #expect(
      text.replacingOccurrences(of: folder.path + "/", with: "") == """
        # judged: 1 file, 2 pages
        # truth: truth.tif: instances (9 numbers, most of them one region a page)
        # prediction: mask.tif: mask (a mask of 0 and 1)
        seg  1.000000  SEG: mean intersection over union of the true objects

        """)
    let json = try UnetCommand.run(
      "evaluate", "--truth", truth, "--prediction", mask, "--metrics", "seg", "--json"
    ).output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let judged = try #require(object["judged"] as? [String: Any])
    #expect(judged["pages"] as? Int == 2 && judged["files"] as? Int == 1)
    #expect((judged["truth"] as? [String: String])?["kind"] == "instances")
    #expect((judged["prediction"] as? [String: String])?["kind"] == "mask")
    #expect((judged["prediction"] as? [String: String])?["path"] == mask)
  }

  @Test func figuresThatAreNotDefinedAreNamed() throws {
    let empty = try folder.write([plain(0, 9, 9)], "empty.tif")
    let outcome = try UnetCommand.run("evaluate", "--truth", empty, "--prediction", empty, "--json")
    #expect(outcome.output.contains("\"seg\": null") && outcome.output.contains("\"iou\": null"))
    #expect(outcome.output.contains("\"misclassification-rate\": 0.0"))
  }
}

extension TemporaryFolder {
  /// Writes a page whose file says that 0 is white, as ImageJ's inverting tables do.
  @discardableResult func writeInverting(_ image: Image, _ name: String) throws -> String {
    let path = self(name)
    try ImageFile.write([image], to: path)
    var file = [UInt8](try bytes(name))
    func word(_ at: Int) -> Int { Int(file[at]) | Int(file[at + 1]) << 8 }
    let directory = word(4) | word(6) << 16
    for entry in 0..<word(directory) where word(directory + 2 + 12 * entry) == 262 {
      file[directory + 2 + 12 * entry + 8] = 0
    }
    return try write(file, name)
  }
}

extension UnetCommand.Outcome {
  /// A member of an object in JSON that may be a number.
  private struct Member: Decodable {
    let number: Double?
    init(from decoder: any Decoder) throws {
      number = try? decoder.singleValueContainer().decode(Double.self)
    }
  }

  /// What `unet evaluate` printed, without what it says of the files.
  var figuresText: String {
    output.split(separator: "\n").filter { !$0.hasPrefix("# ") && !$0.hasPrefix("  \"judged\"") }
      .map { "\($0)\n" }.joined()
  }

  /// The figures that `unet evaluate --json` printed, without those that are not defined.
  func figures() throws -> [String: Double] {
    try JSONDecoder().decode([String: Member].self, from: Data(output.utf8)).compactMapValues(\.number)
  }
}
