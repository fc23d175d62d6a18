import Testing
import UNetEvaluation

/// The calibration error, by counts that can be seen.
struct CalibrationTests {
  /// `count` pixels of this probability, of which `foreground` are.
  private func evaluator(_ groups: [(probability: Float, count: Int, foreground: Int)]) throws -> Evaluator {
    let probabilities = groups.flatMap { [Float](repeating: $0.probability, count: $0.count) }
    let truth = groups.flatMap { group in (0..<group.count).map { Int32($0 < group.foreground ? 1 : 0) } }
    var evaluator = Evaluator([.calibration], kind: .membranes)
    evaluator.add(
      try ComparedFrame(width: probabilities.count, height: 1, truth: truth, probabilities: probabilities))
    return evaluator
  }

  @Test func probabilitiesThatAreSharesHaveNoError() throws {
    let right = try evaluator([(0.25, 8, 2), (0.75, 4, 3), (0, 5, 0), (1, 3, 3)])
    #expect(right.evaluation["calibration-error"] == 0)
  }

  @Test func theErrorIsTheMeanDistanceWeighedByPixels() throws {
    // 10 pixels of 0.75 of which none are, 30 of 0.25 of which half are.
    let wrong = try evaluator([(0.75, 10, 0), (0.25, 30, 15)])
    #expect(wrong.evaluation["calibration-error"] == (10 * 0.75 + 30 * 0.25) / 40)
    #expect(
      wrong.reliability.split(separator: "\n").map(String.init).filter { !$0.hasSuffix("0,,") } == [
        "from,to,pixels,mean-probability,foreground-share", "0.2,0.3,30,0.25,0.5", "0.7,0.8,10,0.75,0.0",
      ])
  }

  @Test func withinABinTooMuchAndTooLittleEvenOut() throws {
    let mixed = try evaluator([(0.5, 10, 10), (0.5, 10, 0)])
    #expect(mixed.evaluation["calibration-error"] == 0)
  }
}
