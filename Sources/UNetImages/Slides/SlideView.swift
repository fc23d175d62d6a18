import CSlides

/// What is seen of images that are more than one page can be.
package struct SlideView: Sendable, Equatable {
  /// The level of a pyramid, from 0, the largest; nil: of whole-slide images that whose pixels are nearest to `pixelSize`, or the largest
  /// where sizes are not known, of others the largest.
  package var level: Int?
  /// Micrometres.
  package var pixelSize: Double?
  /// The part, in pixels of the largest level; nil: all.
  package var region: ImageRegion?

  /// All of the largest level.
  package init(level: Int? = nil, pixelSize: Double? = nil, region: ImageRegion? = nil) {
    (self.level, self.pixelSize, self.region) = (level, pixelSize, region)
  }

  /// Whether OpenSlide is there.
  package static var isPossible: Bool { slidesOpen() == nil }
}
