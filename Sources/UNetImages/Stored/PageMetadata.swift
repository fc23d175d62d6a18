/// What a page says about itself besides its pixels, to be carried into results that have its size.
package struct PageMetadata: Sendable, Equatable {
  /// What resolutions are counted in.
  package enum ResolutionUnit: Sendable, Equatable {
    /// Pixels in an unnamed length, or in one `unit`.
    case none
    /// Pixels an inch.
    case inch
    /// Pixels a centimetre.
    case centimetre
  }

  /// Pixels along x and y in a `resolutionUnit`; nil where the file does not say.
  package var xResolution: Double?, yResolution: Double?
  /// What they are counted in.
  package var resolutionUnit = ResolutionUnit.none
  /// ImageJ's name of the length that resolutions and `spacing` are counted in, such as `micron`.
  package var unit: String?
  /// The distance of neighbouring slices in `unit`s.
  package var spacing: Double?
  /// Seconds from frame to frame.
  package var frameInterval: Double?

  /// Nothing known.
  package init() {}

  /// Takes over what `other` knows.
  mutating func add(_ other: PageMetadata) {
    if let x = other.xResolution {
      (xResolution, yResolution, resolutionUnit) = (x, other.yResolution, other.resolutionUnit)
    }
    unit = other.unit ?? unit
    spacing = other.spacing ?? spacing
    frameInterval = other.frameInterval ?? frameInterval
  }
}
