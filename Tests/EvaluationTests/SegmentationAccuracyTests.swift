import Testing
import UNetEvaluation

struct SegmentationAccuracyTests {
  func figure(_ truth: [Int32], _ proposal: [Int32]) -> Double? {
    var accuracy = SegmentationAccuracy()
    accuracy.add(truth: truth, proposal: proposal)
    return accuracy.mean
  }

  @Test func equalObjectsUnderOtherNumbersGiveOne() {
    #expect(figure([1, 1, 0, 2, 2], [9, 9, 0, 4, 4]) == 1)
  }

  @Test func exactlyHalfOfAnObjectIsNoMatch() {
    #expect(figure([1, 1, 1, 1], [5, 5, 0, 0]) == 0)
    #expect(figure([1, 1, 1, 1], [5, 5, 5, 0]) == 0.75)
  }

  @Test func twoObjectsInOneProposalMatchOnlyAsFarAsTheyFillIt() {
    // The proposal holds all of both: each has |R| / 5.
    #expect(figure([1, 1, 1, 2, 2], [3, 3, 3, 3, 3]) == (3 / 5.0 + 2 / 5.0) / 2)
  }

  @Test func surplusProposalsAndUnknownPixelsCostNothing() {
    #expect(figure([1, 1, 0, 0, -1], [1, 1, 2, 2, 3]) == 1)
  }

  @Test func theMeanIsOverTheObjectsOfAllFramesNotOverFrames() {
    var accuracy = SegmentationAccuracy()
    accuracy.add(truth: [1, 2, 3], proposal: [1, 2, 3])
    accuracy.add(truth: [1, 0, 0], proposal: [0, 0, 0])
    #expect(accuracy.objects == 4)
    #expect(accuracy.mean == 0.75)
  }

  @Test func withoutTrueObjectsThereIsNoFigure() { #expect(figure([0, 0], [1, 0]) == nil) }
}
