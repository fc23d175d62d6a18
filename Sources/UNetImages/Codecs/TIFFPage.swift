import CImageFiles

/// What is wrong with the current page.
struct PageError: Error {
  let problem: String
}

/// The current page of an open TIFF.
struct TIFFPage {
  let tiff: OpaquePointer
  let height, width: Int
  /// Stored values of a pixel, and those that are kept: all but alpha.
  let samples: Int
  let kept: [Int]
  let format: Image.Format
  /// 0 stands for white.
  let inverted: Bool
  /// Each sample has a plane of its own.
  let planar: Bool
  private let fileBytes: Int

  init(_ tiff: OpaquePointer, fileBytes: Int) throws {
    (self.tiff, self.fileBytes) = (tiff, fileBytes)
    (height, width) = (
      Int(tiffLong(tiff, tag(TIFFTAG_IMAGELENGTH))), Int(tiffLong(tiff, tag(TIFFTAG_IMAGEWIDTH)))
    )
    samples = Int(tiffShort(tiff, tag(TIFFTAG_SAMPLESPERPIXEL)))
    format = try TIFFPage.format(tiff)
    planar = tiffShort(tiff, tag(TIFFTAG_PLANARCONFIG)) == UInt16(PLANARCONFIG_SEPARATE)
    let photometric = Int32(tiffShort(tiff, tag(TIFFTAG_PHOTOMETRIC)))
    let known = [PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_RGB]
    guard known.contains(photometric) else {
      throw PageError(
        problem:
          "is stored in \(photometric == PHOTOMETRIC_PALETTE ? "palette" : "other than grey or RGB") colours: "
          + "save it as grey or RGB")
    }
    inverted = photometric == PHOTOMETRIC_MINISWHITE
    kept = TIFFPage.kept(tiff, samples: samples, colour: photometric == PHOTOMETRIC_RGB)
    guard height > 0, width > 0, !kept.isEmpty, height <= 1 << 24, width <= 1 << 24,
      height * width <= (1 << 32) / samples
    else { throw PageError(problem: "has no usable size: \(height)×\(width)×\(samples)") }
  }

  /// The channels that are not alpha.  Colour has three; further ones of any kind are dropped.
  private static func kept(_ tiff: OpaquePointer, samples: Int, colour: Bool) -> [Int] {
    if colour { return samples >= 3 ? [0, 1, 2] : [] }
    var alpha: Int32 = -1
    let extra = Int(tiffExtraSamples(tiff, &alpha))
    return (0..<samples).filter { alpha < 0 || $0 != samples - extra + Int(alpha) }
  }

  private static func format(_ tiff: OpaquePointer) throws -> Image.Format {
    let bits = Int(tiffShort(tiff, tag(TIFFTAG_BITSPERSAMPLE)))
    let kind = Int32(tiffShort(tiff, tag(TIFFTAG_SAMPLEFORMAT)))
    switch (bits, kind) {
    case (8, SAMPLEFORMAT_UINT), (8, SAMPLEFORMAT_VOID): return .uint8
    case (16, SAMPLEFORMAT_UINT), (16, SAMPLEFORMAT_VOID): return .uint16
    case (32, SAMPLEFORMAT_IEEEFP): return .float32
    default:
      let names = [SAMPLEFORMAT_UINT: "unsigned", SAMPLEFORMAT_INT: "signed", SAMPLEFORMAT_IEEEFP: "float"]
      throw PageError(
        problem: "has \(bits) bit \(names[kind] ?? "complex or unknown") samples: "
          + "save it as 8 or 16 bit unsigned or 32 bit float")
    }
  }

  func image() throws -> Image {
    let bytes = try interleaved()
    var pixels = bytes.withUnsafeBytes { format.floats($0, count: height * width * samples) }
    if kept.count < samples {
      let all = pixels
      pixels = []
      pixels.reserveCapacity(height * width * kept.count)
      for first in stride(from: 0, to: all.count, by: samples) {
        for sample in kept { pixels.append(all[first + sample]) }
      }
    }
    var image = Image(height: height, width: width, channels: kept.count, format: format, pixels: pixels)
    if inverted && format != .float32 { image.pixels = image.pixels.map { image.largestValue - $0 } }
    return image
  }

  /// The stored bytes of the page, `[H, W, samples]`.
  private func interleaved() throws -> [UInt8] {
    tiffForgetErrors()
    let planes = planar ? samples : 1
    let stored = TIFFBlocks(
      tiff: tiff, height: height, width: width, pixelBytes: samples / planes * format.bits / 8,
      fileBytes: fileBytes)
    var page: [UInt8] = []
    for plane in 0..<planes {
      guard let bytes = stored.plane(plane) else {
        throw PageError(problem: "is damaged: \(TIFFCodec.complaint)")
      }
      page += bytes
    }
    guard planes > 1 else { return page }
    let size = format.bits / 8
    let (pixels, old) = (height * width, page)
    for plane in 0..<planes {
      for pixel in 0..<pixels {
        for byte in 0..<size {
          page[(pixel * planes + plane) * size + byte] = old[(plane * pixels + pixel) * size + byte]
        }
      }
    }
    return page
  }
}

private func tag(_ tag: Int32) -> UInt32 { UInt32(tag) }
