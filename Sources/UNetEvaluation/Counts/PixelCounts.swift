/// How a proposal's white pixels agree with the truth's, over any number of images.
package struct PixelCounts: Equatable, Sendable {
  /// White in both.
  package var bothWhite = 0
  /// White in the proposal alone.
  package var proposalWhite = 0
  /// White in the truth alone.
  package var truthWhite = 0
  /// Black in both.
  package var bothBlack = 0

  /// No pixels.
  package init() {}

  /// The number of pixels compared.
  package var total: Int { bothWhite + proposalWhite + truthWhite + bothBlack }

  /// The harmonic mean of precision and recall of the white pixels; 1 where there are none at all.
  package var fScore: Double { Self.share(2 * bothWhite, of: 2 * bothWhite + proposalWhite + truthWhite) }

  /// Pixels of the wrong colour among all of them.
  package var misclassificationRate: Double { 1 - Self.share(bothWhite + bothBlack, of: total) }

  /// White in both among white in either; 1 where there are none at all.
  package var intersectionOverUnion: Double {
    Self.share(bothWhite, of: bothWhite + proposalWhite + truthWhite)
  }

  /// The counts of two sets of pixels together.
  package static func + (a: PixelCounts, b: PixelCounts) -> PixelCounts {
    var sum = a
    sum.bothWhite += b.bothWhite
    sum.proposalWhite += b.proposalWhite
    sum.truthWhite += b.truthWhite
    sum.bothBlack += b.bothBlack
    return sum
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 1 : Double(part) / Double(whole)
  }
}
