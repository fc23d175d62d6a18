import CSlides

/// What is seen of whole-slide images.
package struct SlideView: Sendable, Equatable {
  /// The level, from 0, the largest; nil: that whose pixels are nearest to `pixelSize`, or the largest where sizes are not known.
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

  /// Whether it asks for what other images do not have.
  var isOfSlides: Bool { level != nil || region != nil }
}
