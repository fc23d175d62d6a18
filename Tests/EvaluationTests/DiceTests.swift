import Testing
import UNetData
import UNetEvaluation

@Suite("Intersection over union and Dice's coefficient of each class")
struct DiceTests {
  private func evaluation(
    _ frames: [(truth: [Int32], classes: [Int32]?, probabilities: [Float])], kind: LabelKind = .classes
  ) throws -> Evaluation {
    var evaluator = Evaluator([.dice], threshold: 0.5, kind: kind)
    for (truth, classes, probabilities) in frames {
      evaluator.add(
        try ComparedFrame(
          width: truth.count, height: 1, truth: truth, probabilities: probabilities, classes: classes))
    }
    return evaluator.evaluation
  }

  private func evaluation(_ truth: [Int32], _ classes: [Int32]) throws -> Evaluation {
    try evaluation([(truth, classes, classes.map { $0 > 0 ? 1 : 0 })])
  }

  /// The generator that the Python below has too.
  private func drawn() -> (truth: [Int32], proposal: [Int32]) {
    var state: UInt32 = 7
    func number() -> Int32 {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int32(state >> 16)
    }
    let truth = (0..<96).map { _ in number() % 4 }
    return (truth, truth.map { number() % 3 != 0 ? $0 : number() % 5 })
  }

  /// scikit-learn 1.9.1, of the same numbers: jaccard_score and f1_score (labels=[1, 2, 3, 4], average=None).
  @Test("the figures of scikit-learn")
  func scikitLearn() throws {
    let (truth, proposal) = drawn()
    let figures = try evaluation(truth, proposal)
    let expected: [(Figure, Double)] = [
      (.iou(ofClass: 1), 0.5925925925925926), (.iou(ofClass: 2), 0.6666666666666666), (.iou(ofClass: 3), 0.5),
      (.iou(ofClass: 4), 0), (.dice(ofClass: 1), 0.7441860465116279), (.dice(ofClass: 2), 0.8),
      (.dice(ofClass: 3), 0.6666666666666666), (.dice(ofClass: 4), 0),
      (.meanIoU, 0.43981481481481477), (.meanDice, 0.5527131782945737),
    ]
    for (figure, value) in expected {
      let found = try #require(figures[figure])
      #expect(abs(found - value) < 1e-15, "\(figure.name)")
    }
  }

  @Test("sets of pixels, class by class")
  func sets() throws {
    let (truth, proposal) = drawn()
    let figures = try evaluation([
      (Array(truth[..<40]), Array(proposal[..<40]), Array(repeating: 0, count: 40)),
      (Array(truth[40...]), Array(proposal[40...]), Array(repeating: 0, count: 56)),
    ])
    for number in 1...4 {
      let a = Set(truth.indices.filter { truth[$0] == number })
      let b = Set(proposal.indices.filter { proposal[$0] == number })
      let both = Double(a.intersection(b).count)
      #expect(figures[.iou(ofClass: number)] == both / Double(a.union(b).count))
      #expect(figures[.dice(ofClass: number)] == 2 * both / Double(a.count + b.count))
    }
    #expect(figures == (try evaluation(truth, proposal)))
  }

  @Test("a class in neither has no figure and no part in the mean; background has none either")
  func absent() throws {
    let figures = try evaluation([0, 1, 1, 3], [0, 1, 0, 3])
    #expect(
      figures.rows.map(\.figure.name) == ["iou-1", "dice-1", "iou-3", "dice-3", "mean-iou", "mean-dice"])
    #expect(figures[.meanIoU] == 0.75)
    let mean: Double = (2 / 3 + 1) / 2
    #expect(figures[.meanDice] == mean)
    #expect(figures.undefined == [.iou(ofClass: 2), .dice(ofClass: 2)])
    #expect(try evaluation([0, 0], [0, 0]).rows.isEmpty)
    #expect(try evaluation([0, 0], [0, 0]).undefined == Set(Metric.dice.figures(of: .classes)))
  }

  @Test("unknown pixels are not counted")
  func unknown() throws {
    #expect(try evaluation([1, -1, -1], [1, 2, 1]).rows.map(\.value) == [1, 1, 1, 1])
  }

  @Test("membranes and instances are one class, and a network of two classes knows no second one")
  func twoClasses() throws {
    for kind in [LabelKind.instances, .membranes] {
      let figures = try evaluation([([1, 2, 0, 0], nil, [0.9, 0.5, 0.6, 0.1])], kind: kind)
      #expect(figures[.iou(ofClass: 1)] == 1 / 3.0)
      #expect(figures[.meanDice] == 0.5)
      #expect(figures.rows.count == 4)
    }
    let figures = try evaluation([([1, 2, 0, 0], nil, [0.9, 0.5, 0.6, 0.1])])
    #expect(figures[.iou(ofClass: 1)] == 0.5 && figures[.iou(ofClass: 2)] == 0)
  }

  @Test("a pixel of no class is wrong where the truth is known, and of no class's proposals")
  func noClass() throws {
    let figures = try evaluation([0, 1, 1, -1], [-1, 1, -1, -1])
    #expect(figures.rows.map(\.figure.name) == ["iou-1", "dice-1", "mean-iou", "mean-dice"])
    #expect(figures[.iou(ofClass: 1)] == 0.5)
  }
}
