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
  /// ImageJ's name of the length that resolutions and `spacing` are counted in, such as `micron`; it precedes
  /// `resolutionUnit`.
  package var unit: String?
  /// The distance of neighbouring slices in `unit`s.
  package var spacing: Double?
  /// Seconds from frame to frame.
  package var frameInterval: Double?

  /// Nothing known.
  package init() {}

  /// Takes over what `other`, a description of the file, knows; `unitOfY` is that of the resolution along y where it is
  /// not the unit of `other`.  A resolution in a length of unknown size is then not known, either.
  mutating func add(_ other: PageMetadata, unitOfY: String? = nil) {
    if let y = yResolution, let unitOfY {
      let size = Self.length(1 / y, of: unitOfY, in: other.unit ?? unitOfY)
      yResolution = size.map { 1 / $0 }
      if size == nil { xResolution = nil }
    }
    if let x = other.xResolution {
      (xResolution, yResolution, resolutionUnit) = (x, other.yResolution, other.resolutionUnit)
    }
    unit = other.unit ?? unit
    spacing = other.spacing ?? spacing
    frameInterval = other.frameInterval ?? frameInterval
  }

  /// A length in another unit; nil where the two differ and one is none that is known.
  static func length(_ number: Double, of unit: String, in other: String) -> Double? {
    if unit == other { return number }
    guard let own = KnownUnit.length(unit), let wanted = KnownUnit.length(other) else { return nil }
    return own.convert(number, to: wanted)
  }

  /// A time in seconds; nil where its unit is none that is known.
  static func seconds(_ number: Double, of unit: String) -> Double? {
    guard let own = KnownUnit.time(unit), let second = KnownUnit.time("s") else { return nil }
    return own.convert(number, to: second)
  }
}
