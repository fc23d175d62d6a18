/// How two partitions agree in information, in nats: the foreground-restricted scores of the EM challenge
/// (Arganda-Carreras et al. 2015).
///
/// Over the pixels that `RandCounts` counts, with p_ij the share of them in region i of the truth A and region j of
/// the proposal B.
package struct Information: Equatable, Sendable {
  /// H(A), what the region of a pixel in the truth tells.
  package var truthEntropy = 0.0
  /// H(B), what its region in the proposal tells.
  package var proposalEntropy = 0.0
  /// I(A; B) = H(A) - H(A|B) = H(B) - H(B|A), what the one tells of the other.
  package var mutual = 0.0

  /// Nothing to be told.
  package init() {}

  /// I / H(A): the share of the truth that the proposal tells; mergers lower it.
  package var precision: Double { share(mutual, of: truthEntropy) }

  /// I / H(B): the share of the proposal that the truth tells; splits lower it.
  package var recall: Double { share(mutual, of: proposalEntropy) }

  /// The harmonic mean of precision and recall.
  package var fScore: Double { share(2 * mutual, of: truthEntropy + proposalEntropy) }

  /// The variation of information, H(A|B) + H(B|A).
  package var variation: Double { truthEntropy + proposalEntropy - 2 * mutual }
}
