import CImageFiles

// What a page says about itself, as formats write it.

extension PageMetadata {
  /// The fields of a TIFF that say how large a pixel is.
  var resolutionFields: (x: Double, y: Double, unit: Int32)? {
    guard let x = xResolution ?? yResolution, let y = yResolution ?? xResolution else { return nil }
    let unit =
      switch resolutionUnit {
      case .none: RESUNIT_NONE
      case .inch: RESUNIT_INCH
      case .centimetre: RESUNIT_CENTIMETER
      }
    return (x, y, unit)
  }

  /// ImageJ's description of a file; nil where there is nothing for it.
  var imageJDescription: String? {
    var lines: [String] = []
    if let unit { lines.append("unit=\(Self.ascii(unit))") }
    if let spacing { lines.append("spacing=\(spacing)") }
    if let frameInterval { lines.append("finterval=\(frameInterval)") }
    // ImageJ reads such lines where the first names it.
    return lines.isEmpty ? nil : (["ImageJ="] + lines).joined(separator: "\n") + "\n"
  }

  /// Texts of a TIFF are ASCII; ImageJ reads `\u00B5` as the letter.
  private static func ascii(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      guard !scalar.isASCII else { return String(scalar) }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }.joined()
  }

  /// Pixels a metre along x and y; nil where the length that resolutions are counted in is not known.
  var pixelsPerMetre: (x: Double, y: Double)? {
    guard let (x, y, _) = resolutionFields else { return nil }
    let unitsPerMetre: Double? =
      switch resolutionUnit {
      case .inch: 1 / 0.0254
      case .centimetre: 100
      case .none: unit.flatMap { Self.unitsPerMetre[$0] }
      }
    return unitsPerMetre.map { (x * $0, y * $0) }
  }

  /// Micrometres a pixel along x; nil where it is not known, or so large as printers and screens have them.
  package var pixelSize: Double? {
    guard let x = pixelsPerMetre?.x, x.isFinite, x > 50_000 else { return nil }
    return 1e6 / x
  }

  private static let unitsPerMetre: [String: Double] = [
    "m": 1, "cm": 100, "mm": 1000, "um": 1e6, "µm": 1e6, "μm": 1e6, "\\u00B5m": 1e6, "micron": 1e6,
    "microns": 1e6, "nm": 1e9,
    "inch": 1 / 0.0254,
  ]
}
