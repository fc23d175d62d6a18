import Testing
import UNetData
import UNetEvaluation
import UNetTestSupport

/// What every figure is where there is nothing to find, nothing was found, or all was taken: the table of
/// Documentation/metrics.md.
@Suite struct ExtremeMapsTests {
  /// Two objects of 6 and 4 of 20 pixels.
  private static let some: [Int32] = [
    1, 1, 1, 0, 2,
    1, 1, 1, 0, 2,
    0, 0, 0, 0, 2,
    0, 0, 0, 0, 2,
  ]
  private static let nothing = [Int32](repeating: 0, count: 20)
  private static let all = [Int32](repeating: 1, count: 20)
  private static let unknown = [Int32](repeating: -1, count: 20)

  private func evaluation(_ truth: [Int32], _ proposal: [Int32], _ kind: LabelKind) throws -> Evaluation {
    var evaluator = Evaluator(Metric.allCases, kind: kind)
    evaluator.add(
      try ComparedFrame(
        width: 5, height: 4, truth: truth, probabilities: proposal.map { $0 > 0 ? 1 : 0 },
        instances: kind == .instances ? proposal : nil, classes: kind == .classes ? proposal : nil))
    return evaluator.evaluation
  }

  /// Compares every figure but thresholds; those that are not listed have `otherwise`.
  private func expect(
    _ found: Evaluation, _ expected: [String: Double?], otherwise: Double?, _ name: String
  ) {
    for figure in Metric.allCases.figures(of: .instances) where !figure.isThreshold {
      let value = expected[figure.name] ?? otherwise
      let given = found[figure]
      #expect(
        given.map { abs($0 - (value ?? -1)) < 1e-12 } ?? (value == nil),
        "\(name): \(figure.name) \(String(describing: given))")
    }
  }

  @Test func nothingWasFound() throws {
    // 10 pixels are missed.  Alone each is a region of one pixel, and thinned all are one.
    let rand = 1 - 20.0 / (10 + 52)
    let expected: [String: Double?] = [
      "wrong-pixels": 0.5, "calibration-error": 0.5, "pixel-error": 1, "misclassification-rate": 0.5,
      "rand-error": rand,
      "vrand": 104.0 / (52 + 100), "warping-error": 0, "warping-classic": 2 / 20.0, "sq": nil,
    ]
    for kind in [LabelKind.instances, .membranes] {
      expect(try evaluation(Self.some, Self.nothing, kind), expected, otherwise: 0, "\(kind)")
    }
  }

  @Test func allWasTaken() throws {
    let expected: [String: Double?] = [
      "wrong-pixels": 0.5, "calibration-error": 0.5, "pixel-error": 1 - 20.0 / 30,
      "misclassification-rate": 0.5,
      "rand-error": 1 - 104.0 / 152, "vrand": 104.0 / 152, "iou": 0.5, "seg": (6 / 20.0 + 4 / 20.0) / 2,
      "aji": 6 / 24.0, "aji-of-images": 6 / 24.0, "iou-1": 0.5, "mean-iou": 0.5, "dice-1": 20 / 30.0,
      "mean-dice": 20 / 30.0, "sq": nil, "warping-error": 0.2, "warping-classic": 0.2, "mergers": 4,
    ]
    for kind in [LabelKind.instances, .membranes] {
      let found = try evaluation(Self.some, Self.all, kind)
      expect(found, expected, otherwise: 0, "\(kind)")
    }
  }

  @Test func whereNothingIsToBeFoundWhatWasFoundIsWrong() throws {
    let expected: [String: Double?] = [
      "wrong-pixels": 0.5, "calibration-error": 0.5, "misclassification-rate": 0.5, "pixel-error": nil,
      "rand-error": nil, "vrand": nil,
      "vinfo": nil, "seg": nil, "sq": nil, "warping-classic": 0.5,
    ]
    for kind in [LabelKind.instances, .membranes] {
      expect(try evaluation(Self.nothing, Self.some, kind), expected, otherwise: 0, "\(kind)")
    }
  }

  @Test func nothingThatWasToBeFoundAndNothingFoundIsNoFigureOfForeground() throws {
    let expected: [String: Double?] = [
      "wrong-pixels": 0, "calibration-error": 0, "misclassification-rate": 0, "warping-error": 0,
      "warping-classic": 0, "splits": 0,
      "mergers": 0,
    ]
    for kind in [LabelKind.instances, .membranes] {
      expect(try evaluation(Self.nothing, Self.nothing, kind), expected, otherwise: nil, "\(kind)")
    }
  }

  @Test func whereNothingIsKnownThereIsNoFigure() throws {
    for kind in LabelKind.allCases {
      let found = try evaluation(Self.unknown, Self.some, kind)
      #expect(found.rows.map(\.figure.name) == [])
      #expect(found.undefined == Set(Metric.allCases.figures(of: kind)))
    }
  }

  @Test func ofClassesThoseThatOccurHaveFigures() throws {
    let missed = try evaluation(Self.some, Self.nothing, .classes)
    #expect(missed[.wrongPixels] == 0.5 && missed[.iou(ofClass: 1)] == 0 && missed[.iou(ofClass: 2)] == 0)
    let joined = try evaluation(Self.some, Self.all, .classes)
    #expect(joined[.wrongPixels] == 0.7 && joined[.iou(ofClass: 1)] == 6 / 20.0 && joined[.meanIoU] == 0.15)
    let invented = try evaluation(Self.nothing, Self.some, .classes)
    #expect(invented[.wrongPixels] == 0.5 && invented[.iou(ofClass: 2)] == 0 && invented[.meanDice] == 0)
    let none = try evaluation(Self.nothing, Self.nothing, .classes)
    #expect(none[.wrongPixels] == 0 && none[.meanIoU] == nil && none.undefined.contains(.meanIoU))
  }
}
