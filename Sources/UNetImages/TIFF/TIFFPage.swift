import CImageFiles

/// What the current page of a TIFF says about its numbers.
struct TIFFPage {
  var layout: SampleLayout
  var colours: Colours
  /// TIFF's number of the way that pages are compressed.
  let compression: Int32
  /// Which corner the first pixel belongs to, 1 to 8 as in TIFF.
  let orientation: Int
  /// The colours are those of JPEG, which libtiff turns into RGB.
  let isYCbCr: Bool
  var metadata = PageMetadata()

  /// - Throws: `PageError` where the page is of no kind that is read.
  init(_ tiff: OpaquePointer) throws {
    let samples = Int(tiffShort(tiff, tag(TIFFTAG_SAMPLESPERPIXEL)))
    compression = try TIFFPage.compression(tiff)
    let planar = tiffShort(tiff, tag(TIFFTAG_PLANARCONFIG)) == UInt16(PLANARCONFIG_SEPARATE)
    layout = SampleLayout(
      height: Int(tiffLong(tiff, tag(TIFFTAG_IMAGELENGTH))),
      width: Int(tiffLong(tiff, tag(TIFFTAG_IMAGEWIDTH))), samples: samples, type: try SampleType(tiff),
      planes: planar ? samples : 1, kept: TIFFPage.kept(tiff, samples: samples))
    let photometric = Int32(tiffStated(tiff, tag(TIFFTAG_PHOTOMETRIC)))
    isYCbCr = photometric == PHOTOMETRIC_YCBCR
    colours = try TIFFPage.colours(tiff, photometric, layout.type, channels: layout.kept.count)
    orientation = Int(tiffShort(tiff, tag(TIFFTAG_ORIENTATION)))
    try layout.requireSize()
    metadata = PageMetadata(tiff)
  }

  /// How many bytes the page's compression makes of one, at most.
  var expansion: Int {
    switch compression {
    case COMPRESSION_NONE: 1
    case COMPRESSION_PACKBITS: 64
    case COMPRESSION_LZW: 1 << 12
    case COMPRESSION_DEFLATE, COMPRESSION_ADOBE_DEFLATE: 1040
    // An empty line of a facsimile is a bit; a block of one value is its header, of any size.
    case COMPRESSION_CCITTRLE, COMPRESSION_CCITT_T4, COMPRESSION_CCITT_T6, COMPRESSION_CCITTRLEW: 1 << 21
    case COMPRESSION_LERC: 1 << 24
    default: 1 << 16
    }
  }

  /// Whether the compression keeps every value.
  var isExact: Bool { compression != COMPRESSION_JPEG && compression != COMPRESSION_OJPEG }

  /// The samples that are not alpha; one of no stated meaning is a channel.
  private static func kept(_ tiff: OpaquePointer, samples: Int) -> [Int] {
    var kinds: UnsafePointer<UInt16>?
    let extra = Int(tiffExtraSamples(tiff, &kinds))
    return (0..<samples).filter { sample in
      guard let kinds, sample >= samples - extra else { return true }
      let kind = Int32(kinds[sample - (samples - extra)])
      return kind != EXTRASAMPLE_ASSOCALPHA && kind != EXTRASAMPLE_UNASSALPHA
    }
  }

  private static func compression(_ tiff: OpaquePointer) throws -> Int32 {
    let compression = tiffShort(tiff, tag(TIFFTAG_COMPRESSION))
    guard TIFFIsCODECConfigured(compression) == 1 else {
      let names: [UInt16: String] = [
        33003: "JPEG 2000", 33004: "JPEG 2000", 33005: "JPEG 2000", 34712: "JPEG 2000", 34925: "LZMA",
        34933: "PNG", 34934: "JPEG XR", 22610: "JPEG XR", 50000: "Zstandard", 50001: "WebP",
        50002: "JPEG XL", 52546: "JPEG XL", 34887: "LERC",
      ]
      throw PageError(
        problem: "is compressed by \(names[compression] ?? "method \(compression)"), which is not supported: "
          + "save it uncompressed, or with LZW or deflate")
    }
    return Int32(compression)
  }

  private static func colours(
    _ tiff: OpaquePointer, _ photometric: Int32, _ type: SampleType, channels: Int
  ) throws -> Colours {
    switch photometric {
    case -1, PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_MASK: return .grey
    case PHOTOMETRIC_MINISWHITE: return .whiteIsZero
    case PHOTOMETRIC_RGB, PHOTOMETRIC_YCBCR: return channels >= 3 ? .rgb : .grey
    case PHOTOMETRIC_PALETTE: return .palette(try palette(tiff, type, channels: channels))
    default:
      let names = [
        PHOTOMETRIC_SEPARATED: "CMYK", PHOTOMETRIC_CIELAB: "CIE L*a*b*", PHOTOMETRIC_ICCLAB: "ICC L*a*b*",
        PHOTOMETRIC_ITULAB: "ITU L*a*b*", PHOTOMETRIC_CFA: "a camera's raw",
        PHOTOMETRIC_LOGL: "logarithmic", PHOTOMETRIC_LOGLUV: "logarithmic",
      ]
      throw PageError(
        problem: "is stored in \(names[photometric] ?? "unknown") colours: save it as grey or RGB")
    }
  }

  private static func palette(_ tiff: OpaquePointer, _ type: SampleType, channels: Int) throws -> Palette {
    var red: UnsafePointer<UInt16>?, green: UnsafePointer<UInt16>?, blue: UnsafePointer<UInt16>?
    guard channels == 1, type.kind == .unsigned, type.bits <= 16, tiffColours(tiff, &red, &green, &blue) == 1,
      let red, let green, let blue
    else { throw PageError(problem: "has no usable table of colours: save it as grey or RGB") }
    return Palette(stored: (0..<1 << type.bits).map { SIMD3(red[$0], green[$0], blue[$0]) })
  }
}

extension SampleType {
  /// The type of the current page of `tiff`.
  /// - Throws: `PageError` for complex numbers, and floats of other sizes than 16, 32 and 64 bits.
  init(_ tiff: OpaquePointer) throws {
    let bits = Int(tiffShort(tiff, UInt32(TIFFTAG_BITSPERSAMPLE)))
    let kind: Kind
    switch Int32(tiffShort(tiff, UInt32(TIFFTAG_SAMPLEFORMAT))) {
    case SAMPLEFORMAT_UINT, SAMPLEFORMAT_VOID: kind = .unsigned
    case SAMPLEFORMAT_INT: kind = .signed
    case SAMPLEFORMAT_IEEEFP: kind = .float
    default:
      throw PageError(problem: "has complex numbers: save their real part or their size")
    }
    guard [16, 32, 64].contains(bits) || kind != .float && (1...16).contains(bits) else {
      throw PageError(
        problem:
          "has \(bits) bit \(kind == .float ? "float" : "whole") numbers: save it as 8 or 16 bit unsigned or 32 bit "
          + "float")
    }
    self.init(kind: kind, bits: bits)
  }
}

extension SampleLayout {
  fileprivate func requireSize() throws {
    guard height > 0, width > 0, !kept.isEmpty, height <= 1 << 24, width <= 1 << 24,
      height * width <= (1 << 40) / samples
    else { throw PageError(problem: "has no usable size: \(height)×\(width)×\(samples)") }
  }
}

extension PageMetadata {
  /// What the fields of the current page say.
  fileprivate init(_ tiff: OpaquePointer) {
    func resolution(_ tag: Int32) -> Double? {
      let value = Double(tiffFloat(tiff, UInt32(tag)))
      return value > 0 && value.isFinite ? value : nil
    }
    self.init()
    (xResolution, yResolution) = (resolution(TIFFTAG_XRESOLUTION), resolution(TIFFTAG_YRESOLUTION))
    switch Int32(tiffShort(tiff, UInt32(TIFFTAG_RESOLUTIONUNIT))) {
    case RESUNIT_INCH: resolutionUnit = .inch
    case RESUNIT_CENTIMETER: resolutionUnit = .centimetre
    default: resolutionUnit = .none
    }
  }
}

private func tag(_ tag: Int32) -> UInt32 { UInt32(tag) }
