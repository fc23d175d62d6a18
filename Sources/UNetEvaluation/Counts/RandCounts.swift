/// How two partitions agree on pairs of pixels: the foreground-restricted Rand scores of the EM challenge
/// (Arganda-Carreras et al. 2015).
///
/// Pairs are ordered, and a pixel makes one with itself.  Only pixels in a region of the truth count.  Those of
/// them that the proposal leaves background are regions of one pixel each.
package struct RandCounts: Summable, Equatable, Sendable {
  /// All pairs, n² for n pixels.
  package var pairs = 0
  /// Pairs joined in both: TP.
  package var bothJoined = 0
  /// Pairs joined in the proposal alone: FP, of mergers.
  package var proposalJoined = 0
  /// Pairs joined in the truth alone: FN, of splits.
  package var truthJoined = 0

  /// No pairs.
  package init() {}
  static let parts: [WritableKeyPath<Self, Int> & Sendable] = [
    \.pairs, \.bothJoined, \.proposalJoined, \.truthJoined,
  ]

  /// Pairs joined rightly among those that the proposal joins.
  package var precision: Double { share(Double(bothJoined), of: Double(bothJoined + proposalJoined)) }

  /// Pairs joined rightly among those that the truth joins.
  package var recall: Double { share(Double(bothJoined), of: Double(bothJoined + truthJoined)) }

  /// The harmonic mean of precision and recall.
  package var fScore: Double {
    share(Double(2 * bothJoined), of: Double(2 * bothJoined + proposalJoined + truthJoined))
  }

  /// The Rand index: pairs on which both agree among all.
  package var index: Double { 1 - Double(proposalJoined + truthJoined) / Double(max(1, pairs)) }
}

/// A part of a whole; 1 where the whole is nothing.
func share(_ part: Double, of whole: Double) -> Double { whole == 0 ? 1 : part / whole }
