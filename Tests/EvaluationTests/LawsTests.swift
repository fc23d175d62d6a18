import Testing
import UNetData
import UNetEvaluation
import UNetNumerics

/// What holds of figures whatever the maps are, tried on hundreds of them.
@Suite struct LawsTests {
  private static let maps = 0..<210

  /// How a proposal is given: its instances, its classes, or nothing but its foreground.
  private enum Form: CaseIterable { case instances, classes, foreground }

  private func evaluation(
    _ truth: RandomMap, _ proposal: RandomMap, _ kind: LabelKind, _ form: Form, _ metrics: [Metric]? = nil
  ) throws -> Evaluation {
    var evaluator = Evaluator(metrics ?? Metric.allCases, kind: kind)
    evaluator.add(
      try ComparedFrame(
        width: truth.width, height: truth.height, truth: truth.numbers,
        probabilities: proposal.numbers.map { $0 > 0 ? 1 : 0 },
        instances: form == .instances ? proposal.numbers.map { max(0, $0) } : nil,
        classes: form == .classes ? proposal.numbers : nil))
    return evaluator.evaluation
  }

  /// The form that says all of labels of a kind.
  private func form(of kind: LabelKind) -> Form {
    switch kind {
    case .membranes: .foreground
    case .instances: .instances
    case .classes: .classes
    }
  }

  /// A part of a map unknown.
  private func partlyUnknown(_ map: RandomMap, _ number: Int) -> RandomMap {
    map.enumerated { at, id in (at / 3 + number) % 4 == 0 ? -1 : id }
  }

  @Test(arguments: LabelKind.allCases)
  func aMapAgainstItselfIsPerfect(kind: LabelKind) throws {
    for number in Self.maps {
      let drawn = RandomMap(number, highest: kind == .classes ? 4 : 9)
      for truth in [drawn, partlyUnknown(drawn, number)] {
        let figures = try evaluation(truth, truth, kind, form(of: kind))
        for (figure, value) in figures.rows where !figure.isThreshold {
          let perfect: Double = figure.better == .higher ? 1 : 0
          #expect(abs(value - perfect) < 1e-12, "map \(number): \(figure.name)")
        }
        // All are defined where there is anything to be found.
        let isEmpty = !truth.numbers.contains { $0 > 0 }
        let absent = kind == .classes ? Set(absentClasses(truth)) : []
        #expect(isEmpty || figures.undefined.isSubset(of: absent), "map \(number)")
      }
    }
  }

  private func absentClasses(_ truth: RandomMap) -> [Figure] {
    (1...4).filter { !truth.numbers.contains(Int32($0)) }.flatMap { [.iou(ofClass: $0), .dice(ofClass: $0)] }
  }

  @Test func otherNumbersForTheSameInstancesChangeNothing() throws {
    for number in Self.maps {
      let (truth, proposal) = (RandomMap(number), RandomMap(number + 7 * 30))
      // A permutation of 1...9, and numbers far apart.
      let (other, far) = (
        truth.map { $0 == 0 ? 0 : 1 + ($0 * 4 + 2) % 9 }, proposal.map { $0 == 0 ? 0 : 70_000 - $0 * $0 }
      )
      let (before, after) = (
        try evaluation(truth, proposal, .instances, .instances),
        try evaluation(other, far, .instances, .instances)
      )
      #expect(before.undefined == after.undefined && before.rows.count == after.rows.count)
      for (a, b) in zip(before.rows, after.rows) {
        // SEG adds up its objects in the order of their numbers.
        #expect(
          a.figure == .seg ? abs(a.value - b.value) < 1e-12 : a.value == b.value,
          "map \(number): \(a.figure.name)")
      }
    }
  }

  @Test func twoClassesForEachOtherNeverScoreAsRight() throws {
    let stream = RandomStream(seed: 3, stream: 1)
    var compared = 0
    for number in Self.maps {
      let drawn = RandomMap(number, highest: 4)
      for truth in [drawn, partlyUnknown(drawn, number)] {
        let found = Set(truth.numbers).filter { $0 >= 0 }.sorted()
        guard found.count > 1 else { continue }
        let (a, b) = (
          found[stream.integer(below: found.count - 1, step: number, index: 0)], found[found.count - 1]
        )
        let swapped = truth.map { $0 == a ? b : $0 == b ? a : $0 }
        let figures = try evaluation(truth, swapped, .classes, .classes)
        for (figure, value) in figures.rows where !figure.name.hasPrefix("foreground-") {
          let isOther = (1...4).contains { number in
            number != a && number != b
              && [Figure.iou(ofClass: number), .dice(ofClass: number)].contains(figure)
          }
          // The figures of other classes are theirs.
          #expect(
            isOther ? value == 1 : figure.better == .higher ? value < 1 : value > 0,
            "map \(number): \(figure.name)")
        }
        #expect(figures[.iou(ofClass: Int(b))] == 0)
        compared += 1
      }
    }
    #expect(compared > 200)
  }

  @Test func truthAndProposalMayChangePlacesInSymmetricFigures() throws {
    let metrics: [Metric] = [
      .wrongPixels, .iou, .dice, .averagePrecision, .aggregatedJaccard, .panopticQuality,
    ]
    for number in Self.maps {
      let (a, b) = (RandomMap(number, highest: 5), RandomMap(number + 7 * 30, highest: 5))
      for kind in LabelKind.allCases {
        let form = form(of: kind)
        let (there, back) = (
          try evaluation(a, b, kind, form, metrics), try evaluation(b, a, kind, form, metrics)
        )
        #expect(there.undefined == back.undefined && there.rows.count == back.rows.count)
        for (x, y) in zip(there.rows, back.rows) {
          #expect(x.figure == y.figure && abs(x.value - y.value) < 1e-12, "map \(number): \(x.figure.name)")
        }
      }
    }
  }

  @Test func figuresAreSharesOrCounts() throws {
    for number in Self.maps {
      let truth = partlyUnknown(RandomMap(number, highest: 4), number)
      for kind in LabelKind.allCases {
        for form in Form.allCases {
          let figures = try evaluation(truth, RandomMap(number + 7 * 30, highest: 4), kind, form)
          for (figure, value) in figures.rows where ![.splits, .mergers].contains(figure) {
            #expect(
              figure.name.hasSuffix("splits") || figure.name.hasSuffix("mergers")
                || (0...1.0000000001).contains(value), "map \(number): \(figure.name) \(value)")
          }
        }
      }
    }
  }
}
