extension Metric {
  /// V_info, the information score that the challenge reports beside V_rand.
  public static let vinfo = Metric(
    rawValue: "vinfo", summary: "V_info: the greatest information F-score of thinned borders",
    figures: [.vinfo, .vinfoThreshold], needs: [PlainRegions.self, ThinnedRegions.self],
    columns: [.vinfo, .vinfoUnthinned, .variation]
  ) { frames, result in
    guard frames.hasRegion(ThinnedRegions.self) else { return }
    result.set(.vinfo, .vinfoThreshold, frames.best(.vinfo))
  }
}

extension Figure {
  package static let vinfo = Figure(
    name: "vinfo", meaning: "V_info: greatest information F-score of thinned borders", better: .higher)
  package static let vinfoThreshold = Figure(
    name: "vinfo-threshold", meaning: "the threshold of that F-score")
}

extension ThresholdTable.Column {
  package static let vinfo = Self("vinfo", ThinnedRegions.self) { $0.mean(\.information.fScore) }
  package static let vinfoUnthinned = Self("vinfo-unthinned", PlainRegions.self) {
    $0.mean(\.information.fScore)
  }
  /// In nats.
  package static let variation = Self("variation-of-information", PlainRegions.self, better: .lower) {
    $0.mean(\.information.variation)
  }
}
