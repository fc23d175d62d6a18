import CImageFiles
import UNetFiles

/// A TIFF being written: strips of about 64 KiB, each as soon as its rows are there, compressed without loss.
final class TIFFWriter: PageWriter {
  private let file: PartialFile
  private let compression: ImageFile.Compression
  private let expected: ExpectedPages
  private let target: UnsafeMutablePointer<TIFFTarget>
  private var tiff: OpaquePointer?
  private var page = PageLayout(height: 0, width: 0, .uint8)
  /// Rows that wait until they are a strip, and the strips that are written of the page.
  private var strip: [UInt8] = []
  private var stripBytes = 0, strips = 0
  private var pages = 0

  /// Begins `file` for `expected`, as BigTIFF where `isBig`: nothing else holds more than 4 GiB.
  init(_ file: PartialFile, _ expected: ExpectedPages, isBig: Bool, _ compression: ImageFile.Compression)
    throws
  {
    (self.file, self.expected, self.compression) = (file, expected, compression)
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

  func begin(_ page: PageLayout) throws {
    let colour = page.channels == 3
    let rows = max(1, (1 << 16) / max(1, page.rowBytes))
    (self.page, strips, stripBytes) = (page, 0, rows * page.rowBytes)
    let sampleFormat = page.samples == .float32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT
    let fields =
      [
        (TIFFTAG_IMAGEWIDTH, page.width), (TIFFTAG_IMAGELENGTH, page.height),
        (TIFFTAG_SAMPLESPERPIXEL, page.channels), (TIFFTAG_BITSPERSAMPLE, page.bits),
        (TIFFTAG_SAMPLEFORMAT, Int(sampleFormat)),
        (TIFFTAG_PHOTOMETRIC, Int(colour ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK)),
        (TIFFTAG_PLANARCONFIG, Int(PLANARCONFIG_CONTIG)), (TIFFTAG_ROWSPERSTRIP, rows),
      ] + compression.fields
    for (tag, value) in fields { try require(tiffSet(tiff, UInt32(tag), UInt32(value))) }
    if !colour && page.channels > 1 { try require(tiffSetExtraSamples(tiff, Int32(page.channels - 1))) }
    try say(page.metadata)
  }

  /// What the page says of itself; ImageJ looks for its description in the first page.
  private func say(_ metadata: PageMetadata) throws {
    if let (x, y, unit) = metadata.resolutionFields {
      try require(tiffSetFraction(tiff, UInt32(TIFFTAG_XRESOLUTION), x))
      try require(tiffSetFraction(tiff, UInt32(TIFFTAG_YRESOLUTION), y))
      try require(tiffSet(tiff, UInt32(TIFFTAG_RESOLUTIONUNIT), UInt32(unit)))
    }
    if pages == 0 { try require(tiffSetText(tiff, UInt32(TIFFTAG_SOFTWARE), WRITTEN_BY)) }
    if pages == 0, let text = metadata.imageJDescription(of: expected) {
      try require(tiffSetText(tiff, UInt32(TIFFTAG_IMAGEDESCRIPTION), text))
    }
    pages += 1
  }

  func write(_ rows: UnsafeRawBufferPointer) throws {
    var rest = rows[...]
    while !rest.isEmpty {
      let taken = rest.prefix(stripBytes - strip.count)
      strip += taken
      rest = rest.dropFirst(taken.count)
      if strip.count == stripBytes { try writeStrip() }
    }
  }

  private func writeStrip() throws {
    guard !strip.isEmpty else { return }
    let written = strip.withUnsafeMutableBytes {
      TIFFWriteEncodedStrip(tiff, UInt32(strips), $0.baseAddress, tmsize_t($0.count))
    }
    try require(written == strip.count ? 1 : 0)
    strips += 1
    strip.removeAll(keepingCapacity: true)
  }

  func endPage() throws {
    try writeStrip()
    try require(TIFFWriteDirectory(tiff))
  }

  func close() throws {
    try require(TIFFFlush(tiff))
    if let tiff { TIFFClose(tiff) }
    tiff = nil
    guard target.pointee.error == 0 else { throw unwritten }
    try file.commit()
  }

  private func require(_ success: Int32) throws { guard success == 1 else { throw unwritten } }

  /// Why the last call failed: the system's word, else libtiff's.
  private var unwritten: any Error {
    let code = target.pointee.error
    return code == 0
      ? DataError(file.path, "cannot be written: \(String(cString: tiffError()))")
      : FileError(.write, file.path, code: code)
  }
}

extension TIFFCodec {
  func writer(of pages: ExpectedPages, to file: PartialFile, _ compression: ImageFile.Compression) throws
    -> any PageWriter
  {
    // What compression may add where there is nothing to compress, and the directory of a page.
    let room = compression == .lzw ? pages.bytes : pages.bytes / 64
    let most = pages.bytes + room + pages.count * 4096
    return try TIFFWriter(file, pages, isBig: most >= pages.classicLimit, compression)
  }
}

extension ImageFile.Compression {
  /// The tags that choose it.  Deflate goes without differences of neighbours: ImageJ before 1.53v reads these wrong, and says nothing.
  fileprivate var fields: [(Int32, Int)] {
    switch self {
    case .deflate:
      [
        (TIFFTAG_COMPRESSION, Int(COMPRESSION_ADOBE_DEFLATE)), (TIFFTAG_ZIPQUALITY, 4),
      ]
    case .lzw: [(TIFFTAG_COMPRESSION, Int(COMPRESSION_LZW))]
    }
  }
}
