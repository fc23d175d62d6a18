/// How a proposal's foreground pixels agree with the truth's, over any number of images.
package struct PixelCounts: Summable, Equatable, Sendable {
  /// Foreground in both.
  package var bothForeground = 0
  /// Foreground in the proposal alone.
  package var proposalForeground = 0
  /// Foreground in the truth alone.
  package var truthForeground = 0
  /// Background in both.
  package var bothBackground = 0

  /// No pixels.
  package init() {}
  static let parts: [WritableKeyPath<Self, Int> & Sendable] = [
    \.bothForeground, \.proposalForeground, \.truthForeground, \.bothBackground,
  ]

  /// The number of pixels compared.
  package var total: Int { bothForeground + proposalForeground + truthForeground + bothBackground }

  /// The harmonic mean of precision and recall of the foreground pixels; 1 where there are none at all.
  package var fScore: Double {
    Self.share(2 * bothForeground, of: 2 * bothForeground + proposalForeground + truthForeground)
  }

  /// Pixels wrongly classified among all of them.
  package var misclassificationRate: Double { 1 - Self.share(bothForeground + bothBackground, of: total) }

  /// Foreground in both among foreground in either; 1 where there are none at all.
  package var intersectionOverUnion: Double {
    Self.share(bothForeground, of: bothForeground + proposalForeground + truthForeground)
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 1 : Double(part) / Double(whole)
  }
}
