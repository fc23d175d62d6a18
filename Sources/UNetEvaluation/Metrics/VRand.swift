extension Metric {
  /// V_rand, the Rand score that the challenge ranks by since 2015: the mean over the slices, after thinning.
  public static let vrand = Metric(
    rawValue: "vrand", summary: "V_rand: the greatest Rand F-score of thinned borders",
    figures: [.vrand, .vrandThreshold], needs: [ThinnedRegions.self],
    columns: [.vrandPrecision, .vrandRecall, .vrandOfPairs, .vrand, .vrandIndex]
  ) { frames, result in
    guard frames.hasRegion(ThinnedRegions.self) else { return }
    result.set(.vrand, .vrandThreshold, frames.best(.vrand))
  }
}

extension Figure {
  package static let vrand = Figure(
    name: "vrand", meaning: "V_rand: greatest Rand F-score of thinned borders", better: .higher)
  package static let vrandThreshold = Figure(
    name: "vrand-threshold", meaning: "the threshold of that F-score")
}

extension ThresholdTable.Column {
  package static let vrandPrecision = Self("vrand-precision", ThinnedRegions.self) { $0.pairs.precision }
  package static let vrandRecall = Self("vrand-recall", ThinnedRegions.self) { $0.pairs.recall }
  package static let vrandOfPairs = Self("vrand-of-pairs", ThinnedRegions.self) { $0.pairs.fScore }
  package static let vrand = Self("vrand", ThinnedRegions.self) { $0.mean(\.rand.fScore) }
  package static let vrandIndex = Self("vrand-index", ThinnedRegions.self) { $0.mean(\.rand.index) }
}
