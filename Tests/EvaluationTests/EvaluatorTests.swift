import Foundation
import Testing
import UNetData
import UNetEvaluation

struct EvaluatorTests {
  /// A frame of two true objects that touch in a corner only; the proposal has them and a faint bridge.
  let frame = try? ComparedFrame(
    width: 4, height: 2,
    truth: [
      1, 1, 0, 0,
      0, 0, 2, 2,
    ],
    probabilities: [
      0.9, 0.8, 0.4, 0.0,
      0.1, 0.2, 0.9, 0.7,
    ])

  func evaluation(_ metrics: [Metric], threshold: Double, kind: LabelKind = .instances) throws -> Evaluation {
    var evaluator = Evaluator(metrics, threshold: threshold, kind: kind)
    evaluator.add(try #require(frame))
    return evaluator.evaluation
  }

  @Test(arguments: [LabelKind.instances, .membranes])
  func objectsAreTheFourConnectedRegionsAboveTheThreshold(kind: LabelKind) throws {
    let apart = try evaluation([.seg], threshold: 0.5, kind: kind)
    #expect(apart[.seg] == 1)
    // At 0.3 the bridge joins both into one proposal of 5 pixels, 2 of them in each true object.
    let joined = try evaluation([.seg], threshold: 0.3, kind: kind)
    #expect(joined[.seg] == 0.4)
  }

  @Test func givenInstancesAreTakenAsTheyAre() throws {
    var evaluator = Evaluator([.seg], kind: .instances)
    evaluator.add(
      try ComparedFrame(
        width: 2, height: 1, truth: [1, 2], probabilities: [1, 1], instances: [1, 2]))
    #expect(evaluator.evaluation[.seg] == 1)
  }

  @Test func onlyTheFiguresAskedForAreGivenAlwaysInOneOrder() throws {
    let all = try evaluation(Metric.allCases.reversed(), threshold: 0.5, kind: .instances)
    #expect(all.rows.map(\.figure) == Metric.allCases.figures(of: .instances))
    for metric in Metric.allCases {
      let result = try evaluation([metric], threshold: 0.5, kind: .instances)
      #expect(result.rows.map(\.figure) == metric.figures(of: .instances), "\(metric)")
    }
    #expect(
      try evaluation([.iou], threshold: 0.3, kind: .instances).rows.map(\.figure.name) == ["iou"])
    #expect(try evaluation([.iou], threshold: 0.3, kind: .instances)[.iou] == 0.8)
  }

  @Test func theTableIsAligned() throws {
    let table = try evaluation([.pixel, .iou], threshold: 0.3, kind: .instances).table
    #expect(
      table == """
        pixel-error             0.000000  pixel error: 1 - greatest F-score over the thresholds
        pixel-error-threshold   0.500000  the threshold of that F-score
        misclassification-rate  0.000000  share of wrong pixels at threshold 0.5
        iou                     0.800000  intersection over union of the foreground

        """)
  }

  @Test func jsonAndCodableHaveEveryDigit() throws {
    var result = Evaluation()
    result[.pixelError] = 1 / 3.0
    result[.seg] = 0.1
    #expect(result.json == "{\n  \"pixel-error\": 0.3333333333333333,\n  \"seg\": 0.1\n}\n")
    #expect(try JSONDecoder().decode(Evaluation.self, from: Data(result.json.utf8)) == result)
    #expect(try JSONDecoder().decode(Evaluation.self, from: JSONEncoder().encode(result)) == result)
  }

  @Test func aFigureThatIsNotDefinedIsNamedAndHasNoValue() throws {
    var evaluator = Evaluator([.iou, .seg], kind: .instances)
    evaluator.add(try ComparedFrame(width: 2, height: 1, truth: [0, 0], probabilities: [0, 1]))
    let found = evaluator.evaluation
    #expect(
      found.table == """
        iou  0.000000  intersection over union of the foreground
        seg  undefined  SEG: mean intersection over union of the true objects

        """)
    #expect(found.json == "{\n  \"iou\": 0.0,\n  \"seg\": null\n}\n")
    #expect(found.rows.count == 1 && found[.seg] == nil && found["seg"] == nil)
    #expect(try JSONDecoder().decode(Evaluation.self, from: Data(found.json.utf8)) == found)
    #expect(try JSONDecoder().decode(Evaluation.self, from: JSONEncoder().encode(found)) == found)
  }

  @Test func aFrameOfAnotherSizeIsRefused() {
    let error = #expect(throws: FrameError.self) {
      try ComparedFrame(width: 2, height: 2, truth: [1, 0, 1, 0], probabilities: [0.5])
    }
    #expect(
      error?.description
        == "probabilities has 1 pixels for an image of 2 x 2: give truth and prediction of one size")
  }
}
