import Foundation
import Testing
import UNetEvaluation
import UNetImages
import UNetTestSupport

/// The figures that the challenge's own software printed, to nine decimals, for proposals made from real labels.
private let golden = RealData("metrics-golden")

@Suite(
  "The challenge's own figures", .enabled(if: golden.isPresent, "\(golden.reason)"), .serialized)
struct ChallengeFiguresTests {
  @Test(
    "every column at every threshold",
    arguments: [
      ("truth.tif", "proposal.tif", "golden-3slices-512.txt"),
      ("truth_small.tif", "proposal_small.tif", "golden-small-128.txt"),
    ])
  func columns(truth: String, proposal: String, printed: String) throws {
    let table = try evaluator([.pixel, .rand, .vrand, .vinfo], truth, proposal).table
    let lines = try lines(printed).filter { $0.hasPrefix("th=") }
    try #require(lines.count == 11)
    for (row, line) in lines.enumerated() {
      let groups = line.components(separatedBy: "|")
      try #require(groups.count == 4)
      let expected: [(group: Int, name: String, column: ThresholdTable.Column)] = [
        (0, "pixelError=", .misclassificationRate), (0, "pixelF=", .pixelF),
        (1, "P=", .vrandPrecision), (1, " R=", .vrandRecall), (1, " F=", .vrandOfPairs),
        (1, "perSliceF=", .vrand), (1, "RI=", .vrandIndex),
        (2, "microF=", .randF), (2, "RI=", .randIndex),
        (3, "VInfoThin=", .vinfo), (3, "VInfo(no thin)=", .vinfoUnthinned), (3, "VIfr=", .variation),
      ]
      for (group, name, column) in expected {
        let value = try #require(table[column])[row]
        #expect(nineDecimals(value) == field(name, in: groups[group]), "\(column) in \(line.prefix(8))")
      }
    }
  }

  @Test(
    "the figures over all thresholds",
    arguments: [
      ("truth.tif", "proposal.tif", "golden-3slices-512.txt"),
      ("truth_small.tif", "proposal_small.tif", "golden-small-128.txt"),
    ])
  func figures(truth: String, proposal: String, printed: String) throws {
    let evaluation = try evaluator([.pixel, .rand, .vrand, .vinfo], truth, proposal).evaluation
    let line = try #require(lines(printed).first { $0.hasPrefix("MAX") })
    for (figure, name, isError) in [
      (Figure.vrand, "perSlice=", false), (.vinfo, "VInfoThin=", false),
      (.randError, "oldRandError=1-", true), (.pixelError, "pixelError=1-", true),
    ] {
      let value = try #require(evaluation[figure])
      #expect(nineDecimals(isError ? 1 - value : value) == field(name, in: line))
    }
  }

  @Test("the warping error, its splits and mergers and the classic one")
  func warping() throws {
    let evaluator = try evaluator([.warping], "truth_small.tif", "proposal_small.tif")
    let lines = try lines("golden-small-128.txt")
    for (threshold, row) in [("0.3", 3), ("0.5", 5), ("0.7", 7)] {
      let errors = evaluator.frames[0][WarpedTruth.self][row]
      let first = try #require(lines.firstIndex { $0.hasPrefix("warping th=\(threshold)") })
      #expect(nineDecimals(errors.classic) == field("classic=", in: lines[first]))
      #expect(lines[first + 1].hasSuffix("[\(errors.splits), \(errors.mergers)]"), "\(errors)")
    }
    let least = try #require(lines.first { $0.hasPrefix("warping min") })
    #expect(nineDecimals(try #require(evaluator.evaluation[.warpingError])) == field(")=", in: least))
  }

  private func evaluator(_ metrics: [Metric], _ truth: String, _ proposal: String) throws -> Evaluator {
    var evaluator = Evaluator(metrics, kind: .membranes)
    let pages = zip(try ImageFile.read(golden.path(truth)), try ImageFile.read(golden.path(proposal)))
    evaluator.add(
      try pages.map { truth, proposal in
        try ComparedFrame(
          width: truth.width, height: truth.height, truth: truth.pixels.map { Int32($0) },
          probabilities: proposal.pixels.map { $0 / 255 })
      })
    return evaluator
  }

  private func lines(_ name: String) throws -> [String] {
    try String(contentsOfFile: golden.path(name), encoding: .utf8).components(separatedBy: "\n")
  }
}

private func nineDecimals(_ value: Double) -> String { String(format: "%.9f", value) }

/// The text between `name` and the next blank.
private func field(_ name: String, in line: String) -> String {
  guard let range = line.range(of: name) else { return "\(name) is missing" }
  return String(line[range.upperBound...].prefix { $0 != " " })
}
