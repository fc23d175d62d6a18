import Testing
import UNetEvaluation

struct PixelErrorTests {
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
    #expect(sweep.counts[6].bothWhite == 2)
    #expect(sweep.counts[7].bothWhite == 0)
  }

  @Test func figuresOfASmallStackEqualThoseByHand() {
    var sweep = ThresholdSweep([0.25, 0.5])
    sweep.add(truth: [1, 1, 0, 0], probabilities: [0.9, 0.3, 0.4, 0.1])
    sweep.add(truth: [7, 0], probabilities: [0.2, 0.6])
    // At 0.25: 2 white in both, 2 in the proposal alone, 1 in the truth alone.  At 0.5: 1, 1 and 2.
    let fScores: [Double] = [4.0 / 7.0, 2.0 / 5.0]
    #expect(sweep.counts.map(\.fScore) == fScores)
    #expect(sweep.counts.map(\.misclassificationRate) == [0.5, 0.5])
    let unions: [Double] = [2.0 / 5.0, 1.0 / 4.0]
    #expect(sweep.counts.map(\.intersectionOverUnion) == unions)
    #expect(sweep.pixelError.error == 1 - 4 / 7.0)
    #expect(sweep.pixelError.threshold == 0.25)
  }

  @Test func unknownPixelsAreNotCounted() {
    var sweep = ThresholdSweep([0.5])
    sweep.add(truth: [1, -1, 0, -1], probabilities: [1, 1, 0, 0])
    #expect(sweep.counts[0].total == 2)
    #expect(sweep.pixelError.error == 0)
  }

  @Test func aPerfectProposalHasNoErrorAndAnInvertedOneAll() {
    var perfect = ThresholdSweep()
    perfect.add(truth: [0, 1, 1, 0], probabilities: [0, 1, 1, 0])
    #expect(perfect.pixelError.error == 0)
    var inverted = ThresholdSweep()
    inverted.add(truth: [0, 1, 1, 0], probabilities: [1, 0, 0, 1])
    #expect(inverted.pixelError.error == 1)
  }
}
