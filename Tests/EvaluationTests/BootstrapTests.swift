import Foundation
import Testing
import UNetEvaluation

/// The interval of a mean, against what is known of simple statistics.
@Suite struct BootstrapTests {
  /// The mean of `values` over the frames that count.
  private func mean(_ values: [Double]) -> (Int, [Int]) -> Double? {
    { _, frames in frames.map { values[$0] }.reduce(0, +) / Double(frames.count) }
  }

  @Test func theIntervalOfAMeanIsAboutTwoStandardErrors() throws {
    let values = (0..<100).map { Double($0 * 37 % 100) }
    let estimate = try #require(Bootstrap(resamples: 4000)(runs: 1, frames: 100, mean(values)))
    #expect(estimate.mean == 49.5)
    // The deviation of 0...99 is 28.87, so the standard error of the mean of 100 is 2.89.
    #expect(abs(estimate.low - (49.5 - 1.96 * 2.887)) < 0.4)
    #expect(abs(estimate.high - (49.5 + 1.96 * 2.887)) < 0.4)
  }

  @Test func aFigureThatDoesNotVaryHasNoInterval() throws {
    let estimate = try #require(Bootstrap()(runs: 3, frames: 7) { _, _ in 0.25 })
    #expect(estimate == Estimate(mean: 0.25, low: 0.25, high: 0.25))
  }

  @Test func runsVaryAsWellAsFrames() throws {
    let estimate = try #require(Bootstrap()(runs: 2, frames: 5) { run, _ in Double(run) })
    #expect(estimate == Estimate(mean: 0.5, low: 0, high: 1))
  }

  @Test func theSameDrawsGiveTheSameInterval() {
    let values = [3.0, 1, 4, 1, 5, 9, 2, 6]
    let twice = (0..<2).map { _ in Bootstrap(seed: 7)(runs: 1, frames: 8, mean(values)) }
    #expect(twice[0] == twice[1])
    #expect(twice[0] != Bootstrap(seed: 8)(runs: 1, frames: 8, mean(values)))
  }

  @Test func aFigureThatDoesNotExistHasNoEstimate() {
    #expect(Bootstrap()(runs: 2, frames: 3) { run, _ in run == 0 ? 1 : nil } == nil)
  }
}
