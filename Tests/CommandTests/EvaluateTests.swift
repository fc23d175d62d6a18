import Foundation
import Testing
import UNetImages
import UNetTestSupport

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The figures that the challenge's own software printed.
private let golden = RealData("metrics-golden")

/// `unet evaluate` on files.
@Suite struct EvaluateTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func figures(_ arguments: String...) throws -> [String: Double] { try figures(arguments) }

  private func figures(_ arguments: [String]) throws -> [String: Double] {
    let outcome = try UnetCommand.run(["evaluate", "--json"] + arguments)
    try #require(outcome.status == 0, "\(outcome.messages)")
    return try outcome.figures()
  }

  /// A cell in each half.
  private func cells(_ values: (Float, Float), _ format: Image.Format) -> Image {
    var image = plain(0, 8, 9, format)
    for y in 1..<7 {
      for x in 1..<4 { image = image.with(values.0, row: y, column: x).with(values.1, row: y, column: x + 4) }
    }
    return image
  }

  @Test func aPerfectPredictionHasNoError() throws {
    let truth = try folder.write([cells((255, 255), .uint8)], "truth.tif")
    for (name, page) in [
      ("probabilities.tif", cells((1, 1), .float32)), ("labels.png", cells((255, 255), .uint8)),
      ("instances.tif", cells((1, 2), .uint16)),
    ] {
      let figures = try figures("--truth", truth, "--prediction", try folder.write([page], name))
      #expect(figures["pixel-error"] == 0)
      #expect(figures["iou"] == 1)
      #expect(figures["seg"] == 1)
    }
  }

  @Test func instancesThatRunTogetherLowerSEGAlone() throws {
    let truth = try folder.write([cells((3, 8), .uint16)], "truth.tif")
    let one = try folder.write([cells((5, 5), .uint16)], "one.tif")
    let figures = try figures(
      "--truth", truth, "--prediction", one, "--kind", "instances",
      "--prediction-kind", "instances")
    #expect(figures["iou"] == 1)
    #expect(figures["seg"] == 0.5)
  }

  @Test func onlyTheMetricsAskedForArePrinted() throws {
    let truth = try folder.write([cells((255, 255), .uint8)], "truth.tif")
    #expect(try figures("--truth", truth, "--prediction", truth, "--metrics", "iou").keys.sorted() == ["iou"])
  }

  @Test func theFiguresOverTheThresholdsAreDrawnAndWritten() throws {
    let truth = try folder.write([cells((255, 255), .uint8)], "truth.tif")
    let figures = try figures(
      "--truth", truth, "--prediction", truth, "--metrics", "pixel,rand,warping,vrand,vinfo", "--curve",
      folder("curve.svg"), "--table", folder("table.csv"))
    #expect(figures["vrand"] == 1 && figures["rand-error"] == 0 && figures["warping-error"] == 0)
    let curve = try String(contentsOfFile: folder("curve.svg"), encoding: .utf8)
    for name in ["pixel F", "Rand F", "V_rand", "V_info", "splits", "mergers", "threshold"] {
      #expect(curve.contains(">\(name)</text>"), "\(name)")
    }
    let document = XMLParser(data: Data(curve.utf8))
    #expect(document.parse())
    let table = try String(contentsOfFile: folder("table.csv"), encoding: .utf8).split(separator: "\n")
    #expect(table.count == 12)
    #expect(table[0].hasPrefix("threshold,misclassification-rate,pixel-f,rand-precision,"))
  }

  @Test(arguments: ["--curve", "--table"])
  func figuresWithoutThresholdsHaveNoCurve(option: String) throws {
    let truth = try folder.write([cells((255, 255), .uint8)], "truth.tif")
    expectError(
      try UnetCommand.run(
        "evaluate", "--truth", truth, "--prediction", truth, "--metrics", "iou,seg", option, folder("file")),
      status: 64, naming: option, "iou,seg")
    #expect(!FileManager.default.fileExists(atPath: folder("file")))
  }

  @Test func instancesHaveATableOfTheirPixels() throws {
    let truth = try folder.write([cells((1, 2), .uint16)], "truth.tif")
    _ = try figures(
      "--truth", truth, "--prediction", truth, "--kind", "instances", "--table", folder("table.csv"))
    #expect(try folder.text("table.csv").hasPrefix("threshold,misclassification-rate,pixel-f\n"))
  }

  @Test func eachImageHasTheFiguresThatItHasAlone() throws {
    let pages = [cells((3, 8), .uint16), cells((3, 3), .uint16), plain(0, 8, 9, .uint16)]
    let truth = try folder.write(pages, "truth.tif")
    let found = [cells((3, 0), .uint16), cells((2, 7), .uint16), plain(0, 8, 9, .uint16)]
    let prediction = try folder.write(found, "found.tif")
    let arguments = [
      "--kind", "instances", "--prediction-kind", "instances", "--metrics", "dice, seg,ap,rand",
    ]
    let all = try UnetCommand.run(
      ["evaluate", "--truth", truth, "--prediction", prediction, "--images", folder("images.csv")] + arguments
    )
    try #require(all.status == 0, "\(all.messages)")
    let rows = try folder.text("images.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows.count == 4 && rows[0].prefix(4) == ["truth", "prediction", "page", "iou-1"])
    for (number, row) in rows.dropFirst().enumerated() {
      #expect(row.prefix(3) == [truth, prediction, "\(number)"])
      let alone = try figures(
        [
          "--truth", try folder.write([pages[number]], "t\(number).tif"), "--prediction",
          try folder.write([found[number]], "p\(number).tif"),
        ] + arguments)
      for (name, value) in zip(rows[0], row).dropFirst(3) {
        #expect(alone[name].map { "\($0)" } ?? "" == value, "\(name) of page \(number)")
      }
    }
    let seg = try #require(rows[0].firstIndex(of: "seg"))
    #expect(rows.dropFirst().map { $0[seg] } == ["0.5", "0.0", ""])
  }

  @Test func truthAndPredictionThatAreSwappedOrOneFileAreAskedAbout() throws {
    let mask = try folder.write([cells((255, 255), .uint8)], "a_mask.png")
    let scores = try folder.write([cells((0.9, 0.3), .float32)], "a-probabilities.tif")
    expectError(
      try UnetCommand.run("evaluate", "--truth", scores, "--prediction", mask), status: 1, naming: scores,
      "are truth and prediction swapped?")
    let same = try UnetCommand.run("evaluate", "--truth", mask, "--prediction", mask)
    #expect(same.messages.contains("\(mask) is both truth and prediction"))
    // Files that this program writes say so; those of others do not.
    let own = try folder.write([cells((3, 8), .uint16)], "a-instances.tif")
    let foreign = ForeignPNG(height: 8, width: 9, bits: 8, colour: 0).file(
      values: cells((255, 255), .uint8).pixels.map { Int($0) })
    let other = try folder.write(foreign, "a_cp_masks.png")
    for (truth, prediction, isSwapped) in [(own, other, true), (other, own, false), (own, own, false)] {
      let judged = try UnetCommand.run(
        "evaluate", "--truth", truth, "--prediction", prediction, "--kind", "instances", "--prediction-kind",
        "instances")
      try #require(judged.status == 0, "\(judged.messages)")
      #expect(judged.messages.contains("prediction swapped?") == isSwapped, "\(judged.messages)")
    }
    let second = try folder.write([cells((3, 8), .uint16)], "b-instances.tif")
    let both = try UnetCommand.run(
      "evaluate", "--truth", own, "--prediction", second, "--kind", "instances", "--prediction-kind",
      "instances")
    #expect(both.messages.contains("as was \(second): figures tell how alike they are"), "\(both.messages)")
  }

  @Test func sequencesPairByTheNumberInTheName() throws {
    for name in ["truth", "result"] {
      try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
    }
    try folder.write([cells((1, 2), .uint16)], "truth/man_seg007.tif")
    try folder.write([cells((1, 2), .uint16)], "result/t007.tif")
    try folder.write([cells((9, 0), .uint16)], "result/t008.tif")
    let figures = try figures(
      "--truth", folder("truth"), "--prediction", folder("result"), "--kind", "instances")
    #expect(figures["seg"] == 1)
  }

  @Test func differentSizesAndCountsAreNamed() throws {
    let truth = try folder.write([cells((255, 255), .uint8)], "truth.tif")
    let small = try folder.write([plain(0, 7, 9)], "small.tif")
    let two = try folder.write([cells((255, 255), .uint8), cells((255, 255), .uint8)], "two.tif")
    expectError(
      try UnetCommand.run("evaluate", "--truth", truth, "--prediction", small), status: 1, naming: truth,
      small,
      "8×9", "7×9")
    expectError(
      try UnetCommand.run("evaluate", "--truth", truth, "--prediction", two), status: 1, naming: truth, two,
      "1 page")
  }

  @Test func scoresInPlaceOfProbabilitiesAreNamed() throws {
    let truth = try folder.write([cells((255, 255), .uint8)], "truth.tif")
    let scores = try folder.write([cells((3.5, 1), .float32)], "scores.tif")
    expectError(
      try UnetCommand.run("evaluate", "--truth", truth, "--prediction", scores), status: 1, naming: scores,
      "3.5",
      "probabilities")
  }

  @Test func labelsThatMayMeanTwoThingsNeedTheirKind() throws {
    let truth = try folder.write([cells((1, 2), .uint8)], "truth.tif")
    let prediction = try folder.write([cells((1, 2), .uint16)], "prediction.tif")
    expectError(
      try UnetCommand.run("evaluate", "--truth", truth, "--prediction", prediction), status: 1, naming: truth,
      "--kind")
    #expect(try figures("--truth", truth, "--prediction", prediction, "--kind", "instances")["seg"] == 1)
  }

  @Test(
    .enabled(if: golden.isPresent, "\(golden.reason)"),
    arguments: [("", "golden-3slices-512.txt"), ("_small", "golden-small-128.txt")])
  func thePixelErrorIsTheChallengeSoftwares(suffix: String, printed: String) throws {
    let text = try String(contentsOfFile: golden.path("\(printed)"), encoding: .utf8)
    let field = try #require(text.split(separator: " ").first { $0.hasPrefix("pixelError=1-") })
    let score = try #require(
      Double(field.dropFirst("pixelError=1-".count).prefix { $0.isNumber || $0 == "." }))
    let figures = try figures(
      "--truth", golden.path("truth\(suffix).tif"), "--prediction",
      golden.path("proposal\(suffix).tif"),
      "--metrics", "pixel")
    let error = try #require(figures["pixel-error"])
    #expect(abs(error - (1 - score)) < 1e-9)
  }
}
