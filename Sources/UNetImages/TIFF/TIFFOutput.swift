import CImageFiles
import UNetFiles

/// A TIFF that libtiff writes.
final class TIFFOutput {
  private let file: PartialFile
  private let target: UnsafeMutablePointer<TIFFTarget>
  private(set) var tiff: OpaquePointer?

  /// Begins `file`, as BigTIFF where `isBig`: nothing else holds more than 4 GiB.
  init(_ file: PartialFile, isBig: Bool) throws {
    self.file = file
    target = .allocate(capacity: 1)
    target.initialize(to: TIFFTarget())
    target.pointee.descriptor = file.descriptor
    tiff = tiffOpenToWrite(target, isBig ? 1 : 0)
    guard tiff != nil else { throw unwritten }
  }

  deinit {
    // What libtiff still writes goes to the file, which is dropped.
    if let tiff { TIFFClose(tiff) }
    target.deallocate()
  }

  /// Says what the next page is, and `fields` more.
  func begin(_ page: PageLayout, _ compression: ImageFile.Compression, _ fields: [(Int32, Int)]) throws {
    let colour = page.channels == 3 && page.samples == .uint8
    let sampleFormat = page.samples == .float32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT
    let all =
      [
        (TIFFTAG_IMAGEWIDTH, page.width), (TIFFTAG_IMAGELENGTH, page.height),
        (TIFFTAG_SAMPLESPERPIXEL, page.channels), (TIFFTAG_BITSPERSAMPLE, page.bits),
        (TIFFTAG_SAMPLEFORMAT, Int(sampleFormat)),
        (TIFFTAG_PHOTOMETRIC, Int(colour ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK)),
        (TIFFTAG_PLANARCONFIG, Int(PLANARCONFIG_CONTIG)),
      ] + fields + compression.fields
    for (tag, value) in all { try require(tiffSet(tiff, UInt32(tag), UInt32(value))) }
    if !colour && page.channels > 1 { try require(tiffSetExtraSamples(tiff, Int32(page.channels - 1))) }
  }

  /// Says how large a pixel is.
  func say(_ resolution: (x: Double, y: Double, unit: Int32)) throws {
    try require(tiffSetFraction(tiff, UInt32(TIFFTAG_XRESOLUTION), resolution.x))
    try require(tiffSetFraction(tiff, UInt32(TIFFTAG_YRESOLUTION), resolution.y))
    try require(tiffSet(tiff, UInt32(TIFFTAG_RESOLUTIONUNIT), UInt32(resolution.unit)))
  }

  func say(_ tag: Int32, _ text: String) throws { try require(tiffSetText(tiff, UInt32(tag), text)) }

  func endPage() throws { try require(TIFFWriteDirectory(tiff)) }

  /// Gives the file its name.
  func close() throws {
    try require(TIFFFlush(tiff))
    if let tiff { TIFFClose(tiff) }
    tiff = nil
    guard target.pointee.error == 0 else { throw unwritten }
    try file.commit()
  }

  func require(_ success: Int32) throws { guard success == 1 else { throw unwritten } }

  /// Why the last call failed: the system's word, else libtiff's.
  private var unwritten: any Error {
    let code = target.pointee.error
    return code == 0
      ? DataError(file.path, "cannot be written: \(String(cString: tiffError()))")
      : FileError(.write, file.path, code: code)
  }
}

extension ImageFile.Compression {
  /// The tags that choose it.  Deflate goes without differences of neighbours: ImageJ before 1.53v reads these wrong, and says nothing.
  var fields: [(Int32, Int)] {
    switch self {
    case .deflate:
      [
        (TIFFTAG_COMPRESSION, Int(COMPRESSION_ADOBE_DEFLATE)), (TIFFTAG_ZIPQUALITY, 4),
      ]
    case .lzw: [(TIFFTAG_COMPRESSION, Int(COMPRESSION_LZW))]
    }
  }
}
