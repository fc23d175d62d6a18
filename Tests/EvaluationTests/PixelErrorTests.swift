import Testing
import UNetEvaluation

struct PixelErrorTests {
  /// The figures of frames of one row: truth and probabilities.
  private func evaluation(_ frames: ([Int32], [Float])...) throws -> Evaluation {
    var evaluator = Evaluator([.pixel], kind: .membranes)
    for (truth, probabilities) in frames {
      evaluator.add(
        try ComparedFrame(width: truth.count, height: 1, truth: truth, probabilities: probabilities))
    }
    return evaluator.evaluation
  }

  @Test func thresholdsAreAccumulatedInDouble() {
    #expect(
      ThresholdSweep.challenge == [
        0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6, 0.7, 0.7999999999999999, 0.8999999999999999,
        0.9999999999999999,
      ])
  }

  /// 0.6 as a float is 0.60000002384: greater than the double 0.6.  0.7 as a float is 0.69999998808: less.
  @Test func aFloatIsComparedAsADouble() {
    var sweep = ThresholdSweep()
    sweep.add(truth: [1, 1], probabilities: [0.6, 0.7])
    #expect(sweep.counts[6].bothForeground == 2)
    #expect(sweep.counts[7].bothForeground == 0)
  }

  @Test func figuresOfASmallStackEqualThoseByHand() throws {
    var sweep = ThresholdSweep([0.25, 0.5])
    sweep.add(truth: [1, 1, 0, 0], probabilities: [0.9, 0.3, 0.4, 0.1])
    sweep.add(truth: [7, 0], probabilities: [0.2, 0.6])
    // At 0.25: 2 foreground in both, 2 in the proposal alone, 1 in the truth alone.  At 0.5: 1, 1 and 2.
    let fScores: [Double] = [4.0 / 7.0, 2.0 / 5.0]
    #expect(sweep.counts.map(\.fScore) == fScores)
    #expect(sweep.counts.map(\.misclassificationRate) == [0.5, 0.5])
    let unions: [Double] = [2.0 / 5.0, 1.0 / 4.0]
    #expect(sweep.counts.map(\.intersectionOverUnion) == unions)
    // Of the challenge's thresholds 0.2 is best, as 0.2 as a float is greater: 3 in both, 2 in the proposal alone.
    let figures = try evaluation(([1, 1, 0, 0], [0.9, 0.3, 0.4, 0.1]), ([7, 0], [0.2, 0.6]))
    #expect(figures[.pixelError] == 1 - 6 / 8.0)
    #expect(figures[.pixelErrorThreshold] == 0.2)
  }

  @Test func unknownPixelsAreNotCounted() throws {
    var sweep = ThresholdSweep([0.5])
    sweep.add(truth: [1, -1, 0, -1], probabilities: [1, 1, 0, 0])
    #expect(sweep.counts[0].total == 2)
    #expect(try evaluation(([1, -1, 0, -1], [1, 1, 0, 0]))[.pixelError] == 0)
  }

  @Test func aPerfectProposalHasNoErrorAndAnInvertedOneAll() throws {
    #expect(try evaluation(([0, 1, 1, 0], [0, 1, 1, 0]))[.pixelError] == 0)
    #expect(try evaluation(([0, 1, 1, 0], [1, 0, 0, 1]))[.pixelError] == 1)
  }
}
