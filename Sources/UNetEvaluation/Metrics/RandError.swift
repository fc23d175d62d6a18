extension Metric {
  /// The EM challenge's Rand error: of the pairs of all slices, without thinning.
  public static let rand = Metric(
    rawValue: "rand",
    summary: "Rand error of the EM challenge, 1 - the greatest F-score of pairs of pixels",
    figures: [.randError, .randThreshold], needs: [PlainRegions.self],
    columns: [.randPrecision, .randRecall, .randF, .randFOfSlices, .randIndex]
  ) { frames, result in
    guard frames.hasRegion(PlainRegions.self) else { return }
    result.set(.randError, .randThreshold, frames.best(.randF).map { (1 - $0, $1) })
  }
}

extension Figure {
  package static let randError = Figure(
    name: "rand-error", meaning: "Rand error: 1 - greatest F-score of pairs of pixels", better: .lower)
  package static let randThreshold = Figure(
    name: "rand-threshold", meaning: "the threshold of that F-score")
}

extension ThresholdTable.Column {
  package static let randPrecision = Self("rand-precision", PlainRegions.self) { $0.pairs.precision }
  package static let randRecall = Self("rand-recall", PlainRegions.self) { $0.pairs.recall }
  package static let randF = Self("rand-f", PlainRegions.self) { $0.pairs.fScore }
  package static let randFOfSlices = Self("rand-f-of-slices", PlainRegions.self) { $0.mean(\.rand.fScore) }
  package static let randIndex = Self("rand-index", PlainRegions.self) { $0.mean(\.rand.index) }
}
