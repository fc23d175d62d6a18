import CImageFiles
import UNetFiles

/// A TIFF being written: strips of about 64 KiB, each as soon as its rows are there, compressed without loss.
final class TIFFWriter: PageWriter {
  private let output: TIFFOutput
  private let compression: ImageFile.Compression
  private let expected: ExpectedPages
  /// Rows that wait until they are a strip, and the strips that are written of the page.
  private var strip: [UInt8] = []
  private var stripBytes = 0, strips = 0
  private var pages = 0

  /// Begins `file` for `expected`, as BigTIFF where `isBig`: nothing else holds more than 4 GiB.
  init(_ file: PartialFile, _ expected: ExpectedPages, isBig: Bool, _ compression: ImageFile.Compression)
    throws
  {
    (self.expected, self.compression) = (expected, compression)
    output = try TIFFOutput(file, isBig: isBig)
  }

  func begin(_ page: PageLayout) throws {
    let rows = max(1, (1 << 16) / max(1, page.rowBytes))
    (strips, stripBytes) = (0, rows * page.rowBytes)
    try output.begin(page, compression, [(TIFFTAG_ROWSPERSTRIP, rows)])
    if let resolution = page.metadata.resolutionFields { try output.say(resolution) }
    // ImageJ looks for its description in the first page.
    if pages == 0 { try output.say(TIFFTAG_SOFTWARE, WRITTEN_BY) }
    if pages == 0, let text = page.metadata.imageJDescription(of: expected) {
      try output.say(TIFFTAG_IMAGEDESCRIPTION, text)
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
      TIFFWriteEncodedStrip(output.tiff, UInt32(strips), $0.baseAddress, tmsize_t($0.count))
    }
    try output.require(written == strip.count ? 1 : 0)
    strips += 1
    strip.removeAll(keepingCapacity: true)
  }

  func endPage() throws {
    try writeStrip()
    try output.endPage()
  }

  func close() throws { try output.close() }
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
