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

  /// ImageJ's description of a file of these pages; nil where there is nothing for it.
  func imageJDescription(of pages: ExpectedPages) -> String? {
    var lines = pages.imageJLines
    if let unit { lines.append("unit=\(Self.ascii(unit))") }
    if let spacing { lines.append("spacing=\(spacing)") }
    if let frameInterval { lines.append("finterval=\(frameInterval)") }
    // ImageJ reads such lines where the first names it; tifffile calls this version.
    return lines.isEmpty ? nil : (["ImageJ=1.11a"] + lines).joined(separator: "\n") + "\n"
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
    // ImageJ, too, takes its unit before that of TIFF.
    if let metre = unit.flatMap({ Self.length(1, of: "m", in: $0) }) { return (x * metre, y * metre) }
    switch resolutionUnit {
    case .inch: return (x / 0.0254, y / 0.0254)
    case .centimetre: return (x * 100, y * 100)
    case .none: return nil
    }
  }

  /// Micrometres a pixel along x; nil where it is not known, or so large as printers and screens have them.
  package var pixelSize: Double? {
    guard let x = pixelsPerMetre?.x, x.isFinite, x > 50_000 else { return nil }
    return 1e6 / x
  }
}

extension ExpectedPages {
  /// The lines of ImageJ's description that say what the pages are: channels within slices within frames.
  fileprivate var imageJLines: [String] {
    guard count > 1, let stack, channels * stack.slices * stack.frames == count else { return [] }
    let axes = [("channels", channels), ("slices", stack.slices), ("frames", stack.frames)]
    let lengths = axes.filter { $0.1 > 1 }.map { "\($0.0)=\($0.1)" }
    return ["images=\(count)"] + lengths + ["hyperstack=true", "mode=grayscale"]
  }
}
