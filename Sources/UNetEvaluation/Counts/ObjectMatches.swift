/// How many objects match.
package struct MatchCounts: Summable, Equatable, Sendable {
  /// True objects with a match, TP.
  package var matched = 0
  /// Proposed objects without, FP.
  package var surplus = 0
  /// True objects without, FN.
  package var missed = 0

  /// No objects.
  package init() {}
  static let parts: [WritableKeyPath<Self, Int> & Sendable] = [\.matched, \.surplus, \.missed]

  /// Matches among all objects, a match counted once; `nil` where there are none.
  var averagePrecision: Double? {
    let all = matched + surplus + missed
    return all == 0 ? nil : Double(matched) / Double(all)
  }
}

/// How a frame's true and proposed objects match one to one, by their intersection over union |A and B| / |A or B|.
///
/// Pixels of unknown truth belong to no object.  A proposed object of which more than half lies in them and that has no
/// match is no mistake (the void regions of Kirillov et al. 2019).
package struct ObjectMatches: Equatable, Sendable {
  /// The intersections over union at which a match is looked for, in twentieths: 0.5, 0.55 ... 0.95.
  static let twentieths = Array(10...19)

  /// The most matches with at least each of these.
  package var atLimits: [MatchCounts]
  /// The matches with more than a half, which are unique.
  package var segments: MatchCounts
  /// Their intersections over union, summed.
  package var quality = 0.0
  /// The pixels that both objects share, summed over the pairs of the greatest total intersection over union.
  package var shared = 0
  /// The pixels in either object of such a pair, and those of the objects that are in none.
  package var united = 0

  /// Matches the objects of these maps: the number of its object at each pixel, 0 for none, less than 0 for unknown.
  package init(truth: [Int32], proposal: [Int32]) {
    let objects = ObjectOverlaps(truth: truth, proposal: proposal)
    let limits = ObjectMatches.twentieths
    // Whole numbers, so that a pair at a limit is at it.
    atLimits = limits.map { limit in
      objects.counts(objects.matches { 20 * $0.pixels >= limit * objects.union(of: $0) })
    }
    let segments = objects.matches { 2 * $0.pixels > objects.union(of: $0) }
    self.segments = objects.counts(segments)
    quality = segments.reduce(0) { $0 + Double($1.pixels) / Double(objects.union(of: $1)) }
    let best = objects.bestPairs
    shared = best.reduce(0) { $0 + $1.pixels }
    let isPaired = Set(best.map(\.proposal))
    let counted = objects.proposalAreas.indices.filter {
      isPaired.contains($0) || !objects.isMostlyUnknown($0)
    }
    united = counted.reduce(objects.truthAreas.reduce(0, +) - shared) { $0 + objects.proposalAreas[$1] }
  }
}

extension ObjectMatches {
  /// The matches of a frame.
  package enum OfFrame: FrameMeasurement {
    package static func counts(of frame: MeasuredFrame) -> ObjectMatches {
      ObjectMatches(truth: frame.trueObjects, proposal: frame.proposedObjects)
    }
  }
}

extension ObjectOverlaps {
  /// The most pairs of which each object is in one at most.
  fileprivate func matches(_ isMatch: (Pair) -> Bool) -> [Pair] { paired { isMatch($0) ? 1 : 0 } }

  /// The pairs of the greatest total intersection over union, to 2^-30; of equal ones, those that share most pixels.
  fileprivate var bestPairs: [Pair] { paired { ($0.pixels << 30 / union(of: $0)) << 31 + $0.pixels } }

  private func paired(_ weight: (Pair) -> Int) -> [Pair] {
    let pairs = pairs.map { WeightedPair(truth: $0.truth, proposal: $0.proposal, weight: weight($0)) }
    let partners = assignment(
      pairs.filter { $0.weight > 0 }, truths: truthAreas.count, proposals: proposalAreas.count)
    return self.pairs.filter { partners[$0.truth] == $0.proposal }
  }

  fileprivate func counts(_ matches: [Pair]) -> MatchCounts {
    let isMatched = Set(matches.map(\.proposal))
    var counts = MatchCounts()
    counts.matched = matches.count
    counts.missed = truthAreas.count - matches.count
    counts.surplus = proposalAreas.indices.count { !isMatched.contains($0) && !isMostlyUnknown($0) }
    return counts
  }
}
