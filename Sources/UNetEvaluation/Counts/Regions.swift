/// The proposal's regions as they are, compared with the truth's.
package enum PlainRegions: ThresholdMeasurement {
  package static func counts(of frame: inout ThresholdedFrame) -> PartitionAgreement {
    PartitionAgreement(frame.layout.trueRegions, frame.regions.ids, count: frame.regions.count)
  }
}

/// The proposal's regions with their borders thinned, compared with the truth's.
package enum ThinnedRegions: ThresholdMeasurement {
  package static func counts(of frame: inout ThresholdedFrame) -> PartitionAgreement {
    let thinned = thinnedBorders(frame.regions.ids, count: frame.regions.count, in: frame.layout.grid)
    return PartitionAgreement(frame.layout.trueRegions, thinned.ids, count: thinned.count)
  }
}

extension FrameSelection {
  /// Whether the truth of any frame has a region: without one, scores of regions say nothing.
  func hasRegion<M: ThresholdMeasurement>(_: M.Type) -> Bool where M.CountsAtThreshold == PartitionAgreement {
    self[M.self].contains { $0.contains { $0.rand.pairs > 0 } }
  }
}

extension [PartitionAgreement] {
  /// The pairs of all slices.
  var pairs: RandCounts { lazy.map(\.rand).sum }

  /// The mean over the slices in which the truth has a region; 1 without any.
  func mean(_ score: KeyPath<PartitionAgreement, Double>) -> Double {
    let compared = filter { $0.rand.pairs > 0 }
    return share(compared.reduce(0) { $0 + $1[keyPath: score] }, of: Double(compared.count))
  }
}
