import Foundation
import Testing
import UNetData
import UNetEvaluation
import UNetTestSupport

/// Every metric of the list, and what is said of it.
@Suite struct MetricTests {
  /// Three true objects, of two classes, 6 x 5.
  private static let classes: [Int32] = [
    1, 1, 0, 2, 2, 2,
    1, 1, 0, 2, 2, 2,
    0, 0, 0, 0, 0, 0,
    1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1,
  ]
  private static let instances = classes.indices.map { $0 > 17 ? 3 : classes[$0] }

  private func truth(_ kind: LabelKind) -> [Int32] { kind == .instances ? Self.instances : Self.classes }

  private func evaluation(_ metric: Metric, _ kind: LabelKind, proposal: [Int32]) throws -> Evaluation {
    var evaluator = Evaluator([metric], kind: kind)
    evaluator.add(
      try ComparedFrame(
        width: 6, height: 5, truth: truth(kind), probabilities: proposal.map { $0 > 0 ? 0.9 : 0.05 },
        classes: proposal))
    return evaluator.evaluation
  }

  @Test func wordsAndNamesOfFiguresAreEachOfOne() {
    #expect(Set(Metric.allCases.map(\.rawValue)).count == Metric.allCases.count)
    for metric in Metric.allCases { #expect(Metric(rawValue: metric.rawValue) == metric) }
    #expect(Metric(rawValue: "Pixel") == nil)
    let names = Figure.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    for kind in LabelKind.allCases {
      let figures = Metric.allCases.figures(of: kind, classes: 4)
      #expect(Set(Figure.allCases).isSuperset(of: figures))
      #expect(Set(figures).count == figures.count)
    }
  }

  @Test func linesOnTheWayOfATrainingOnInstancesAreShort() {
    let metrics: [Metric] = [.iou, .seg, .averagePrecision, .aggregatedJaccard, .panopticQuality]
    let shown = metrics.figures(of: .instances, classes: 2).filter { !$0.isDetail }.map(\.name)
    #expect(shown == ["iou", "seg", "ap50", "ap75", "mean-ap", "aji", "pq"])
  }

  @Test func ofClassesTheFiguresThatTakeThemAsOneSayThatTheyDo() {
    let known = Set(
      (1...3).flatMap { ["iou-\($0)", "dice-\($0)"] } + ["wrong-pixels", "mean-iou", "mean-dice"])
    let figures = Metric.allCases.figures(of: .classes, classes: 4)
    for figure in figures where !known.contains(figure.name) {
      #expect(figure.name.hasPrefix("foreground-") && figure.meaning.hasSuffix("all classes but 0 as one"))
    }
    #expect(known.isSubset(of: figures.map(\.name)))
    #expect(
      Metric.pixel.figures(of: .classes, classes: 3).map(\.name) == [
        "wrong-pixels", "foreground-pixel-error", "foreground-pixel-error-threshold",
        "foreground-misclassification-rate",
      ])
    #expect(
      Metric.iou.figures(of: .classes, classes: 3).map(\.name)
        == ["iou-1", "iou-2", "mean-iou", "foreground-iou"])
  }

  @Test func whatIsComputedUnaskedFollowsTheKind() {
    #expect(Metric.standard(for: .membranes) == [.pixel, .iou, .seg])
    for metric in Metric.standard(for: .classes) {
      #expect(!metric.figures(of: .classes, classes: 5).contains { $0.name.hasPrefix("foreground-") })
    }
    let names = Metric.standard(for: .instances).figures(of: .instances).map(\.name)
    #expect(Set(names).isSuperset(of: ["seg", "iou", "ap50", "ap95", "mean-ap", "aji", "pq"]))
  }

  @Test func theFiguresOfBeforeStandInTheOrderOfBefore() {
    let before = [
      "pixel-error", "pixel-error-threshold", "misclassification-rate", "rand-error", "rand-threshold",
      "warping-error", "warping-threshold", "splits", "mergers", "warping-classic", "vrand",
      "vrand-threshold",
      "vinfo", "vinfo-threshold", "iou", "seg",
    ]
    #expect(Figure.allCases.map(\.name).filter(before.contains) == before)
  }

  @Test(arguments: Metric.allCases, LabelKind.allCases)
  func aMetricGivesItsFiguresAndNoOther(metric: Metric, kind: LabelKind) throws {
    let found = try evaluation(metric, kind, proposal: truth(kind))
    #expect(Set(found.rows.map(\.figure)) == Set(metric.figures(of: kind, classes: 3)))
    #expect(found.undefined.isEmpty && !metric.summary.isEmpty && !metric.summary.contains("\n"))
  }

  @Test(arguments: Metric.allCases, LabelKind.allCases)
  func aPerfectProposalHasTheBetterFigures(metric: Metric, kind: LabelKind) throws {
    let perfect = try evaluation(metric, kind, proposal: truth(kind))
    // All of it joined, one class for the other, and a hole.
    let poor = try evaluation(
      metric, kind, proposal: (0..<30).map { $0 == 7 || $0 == 19 ? 0 : $0 < 9 ? 2 : 1 })
    // Its classes are right, and its probabilities say more than that.
    for figure in metric.figures(of: kind, classes: 3) where !figure.isThreshold && metric != .calibration {
      let best = try #require(perfect[figure])
      #expect(best == (figure.better == .higher ? 1 : 0), "\(figure.name)")
      // Warping mends the hole and sees no fault beside the joined regions.
      guard let other = poor[figure], metric != .warping else { continue }
      #expect(other != best, "\(figure.name)")
    }
    #expect(perfect != poor)
  }

  @Test func countsAreWrittenWholeAndSmallErrorsWithSixDecimals() {
    #expect(Figure.seg.text(0.123456789, decimals: 4) == "0.1235")
    #expect(Figure.warpingError.text(0.000123456, decimals: 4) == "0.000123")
    #expect(Figure.splits.text(12, decimals: 4) == "12")
  }

  /// A row a metric: its word, its figures' names, what it is.
  @Test func theDocumentedMetricsAreThoseOfTheList() throws {
    let text = try PackageFiles.text("Documentation/metrics.md").components(separatedBy: "\nSources: ")[0]
    let rows = Metric.allCases.map { metric in
      let kind = metric == .dice ? LabelKind.classes : .membranes
      let all = metric.figures(of: kind, classes: 1)
      let each = metric.figures(of: kind, classes: 3).filter { !all.contains($0) }
      let names = each.map { "`\($0.name)`" } + (each.isEmpty ? [] : ["..."]) + all.map { "`\($0.name)`" }
      return "| `\(metric.rawValue)` | \(names.joined(separator: ", ")) |"
    }
    let found = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(found.count == rows.count)
    for (line, row) in zip(found, rows) { #expect(line.hasPrefix(row), "\(line)") }
  }
}
