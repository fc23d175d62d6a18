import Testing
import UNetEvaluation
import UNetTestSupport

/// Every metric of the list, and what is said of it.
@Suite struct MetricTests {
  private let figures = Metric.allCases.flatMap { $0.figures(classes: 4) }

  /// Three true objects of two classes and a proposal of them, both 6 x 5.
  private func evaluation(_ metrics: [Metric], proposal: [Int32]) throws -> Evaluation {
    var evaluator = Evaluator(metrics, truthIsInstances: false)
    evaluator.add(
      try ComparedFrame(
        width: 6, height: 5, truth: Self.truth, probabilities: proposal.map { $0 > 0 ? 0.9 : 0.05 },
        classes: proposal))
    return evaluator.evaluation
  }

  private static let truth: [Int32] = [
    1, 1, 0, 2, 2, 2,
    1, 1, 0, 2, 2, 2,
    0, 0, 0, 0, 0, 0,
    1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1,
  ]

  @Test func wordsAndNamesOfFiguresAreEachOfOne() {
    #expect(Set(Metric.allCases.map(\.rawValue)).count == Metric.allCases.count)
    #expect(Set(figures.map(\.name)).count == figures.count)
    #expect(Set(Figure.allCases).isSuperset(of: figures))
    for metric in Metric.allCases { #expect(Metric(rawValue: metric.rawValue) == metric) }
    #expect(Metric(rawValue: "Pixel") == nil)
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

  @Test(arguments: Metric.allCases)
  func aMetricGivesItsFiguresAndNoOther(metric: Metric) throws {
    let found = try evaluation([metric], proposal: Self.truth).rows.map(\.figure)
    #expect(found == metric.figures(classes: 3))
    #expect(!metric.summary.isEmpty)
    for line in metric.summary.split(separator: "\n") { #expect(line.count <= 70, "\(line)") }
  }

  @Test(arguments: Metric.allCases)
  func aPerfectProposalHasTheBetterFigures(metric: Metric) throws {
    let perfect = try evaluation([metric], proposal: Self.truth)
    // All of it joined, one class for the other, and a hole.
    let poor = try evaluation([metric], proposal: (0..<30).map { $0 == 7 || $0 == 19 ? 0 : $0 < 9 ? 2 : 1 })
    for figure in metric.figures(classes: 3) where !figure.isThreshold {
      let (best, other) = (try #require(perfect[figure]), try #require(poor[figure]))
      #expect(figure.better == .higher ? best == 1 && other < 1 : best == 0 && other >= 0, "\(figure.name)")
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
    let text = try PackageFiles.text("Documentation/metrics.md")
    let rows = Metric.allCases.map { metric in
      let all = metric.figures(classes: 1)
      let each = metric.figures(classes: 3).filter { !all.contains($0) }
      let names = each.map { "`\($0.name)`" } + (each.isEmpty ? [] : ["..."]) + all.map { "`\($0.name)`" }
      return "| `\(metric.rawValue)` | \(names.joined(separator: ", ")) |"
    }
    let found = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(found.count == rows.count)
    for (line, row) in zip(found, rows) { #expect(line.hasPrefix(row), "\(line)") }
  }
}
