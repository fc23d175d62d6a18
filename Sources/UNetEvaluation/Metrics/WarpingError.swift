extension Metric {
  /// The EM challenge's warping error: the least over its thresholds.
  public static let warping = Metric(
    rawValue: "warping",
    summary: "warping error of the EM challenge: splits and mergers for each pixel",
    figures: [.warpingError, .warpingThreshold, .splits, .mergers, .warpingClassic],
    needs: [WarpedTruth.self], columns: [.warpingError, .warpingClassic, .splits, .mergers]
  ) { frames, result in
    guard frames[WarpedTruth.self].contains(where: { $0.contains { $0.pixels > 0 } }) else { return }
    result.set(.warpingError, .warpingThreshold, frames.best(.warpingError))
    result[.splits] = frames.value(.splits, at: result[.warpingThreshold])
    result[.mergers] = frames.value(.mergers, at: result[.warpingThreshold])
    result[.warpingClassic] = frames.best(.warpingClassic)?.value
  }
}

extension Figure {
  package static let warpingError = Figure(
    name: "warping-error",
    meaning: "warping error: splits and mergers for each pixel, the least over the thresholds",
    better: .lower, decimals: 6...17)
  package static let warpingThreshold = Figure(
    name: "warping-threshold", meaning: "the threshold of that error")
  package static let splits = Figure(
    name: "splits", meaning: "pixels that part a true region, at that threshold", better: .lower,
    decimals: 0...0)
  package static let mergers = Figure(
    name: "mergers", meaning: "pixels that join true regions, at that threshold", better: .lower,
    decimals: 0...0)
  package static let warpingClassic = Figure(
    name: "warping-classic",
    meaning: "pixels that warping cannot mend, for each pixel, the least over the thresholds",
    better: .lower, decimals: 6...17)
}

/// What warping the truth towards the proposal leaves.
package enum WarpedTruth: ThresholdMeasurement {
  package static func counts(of frame: inout ThresholdedFrame) -> WarpingErrors {
    let layout = frame.layout
    let warping = Warping(
      layout.isForeground, towards: layout.known, threshold: frame.threshold, in: layout.grid)
    return WarpingErrors(warping, in: layout.grid, pixels: layout.knownCount)
  }
}

extension ThresholdTable.Column {
  package static let warpingError = Self("warping-error", WarpedTruth.self, better: .lower) { $0.sum.error }
  package static let warpingClassic = Self("warping-classic", WarpedTruth.self, better: .lower) {
    $0.sum.classic
  }
  package static let splits = Self("splits", WarpedTruth.self, better: .lower) { Double($0.sum.splits) }
  package static let mergers = Self("mergers", WarpedTruth.self, better: .lower) { Double($0.sum.mergers) }
}
