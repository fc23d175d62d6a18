import UNetNumerics

/// A mean over several runs with its percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13).
package struct Estimate: Equatable, Sendable {
  /// The mean over runs of the figure over all frames.
  package let mean: Double
  /// The ends of the interval that holds 95 of 100 resampled means.
  package let low: Double, high: Double

  /// An estimate of these values.
  package init(mean: Double, low: Double, high: Double) {
    (self.mean, self.low, self.high) = (mean, low, high)
  }
}

/// Resamples runs and frames with replacement: what a figure might have been with other seeds and other frames.
///
/// Frames of a stack are neighbours and not independent, so the interval says how much the figure varies within what
/// was held out, not how it varies between specimens.
package struct Bootstrap: Sendable {
  private let stream: RandomStream
  private let resamples: Int

  /// `resamples` draws, the same for the same seed.
  package init(resamples: Int = 1000, seed: UInt64 = 1) {
    (self.resamples, stream) = (resamples, RandomStream(seed: seed, stream: 0xB007_0000))
  }

  /// The estimate of `figure`, a function of a run and of the frames that count, each of 0..<frames any number of times.
  ///
  /// All runs saw the same frames, so each draw gives every run the same ones.  `nil` where the figure does not exist.
  package func callAsFunction(
    runs: Int, frames: Int, _ figure: (_ run: Int, _ frames: [Int]) -> Double?
  ) -> Estimate? {
    precondition(runs > 0 && frames > 0, "\(runs) runs of \(frames) frames")
    guard let mean = mean(of: Array(0..<runs), { figure($0, Array(0..<frames)) }) else { return nil }
    let draws = (0..<resamples).compactMap { draw -> Double? in
      let drawn = (0..<frames).map { stream.integer(below: frames, step: draw, index: $0) }
      let chosen = (0..<runs).map { stream.integer(below: runs, step: draw, index: frames + $0) }
      return self.mean(of: chosen) { figure($0, drawn) }
    }.sorted()
    return Estimate(mean: mean, low: quantile(0.025, of: draws), high: quantile(0.975, of: draws))
  }

  private func mean(of runs: [Int], _ figure: (Int) -> Double?) -> Double? {
    let values = runs.compactMap(figure)
    return values.count == runs.count ? values.reduce(0, +) / Double(runs.count) : nil
  }
}
