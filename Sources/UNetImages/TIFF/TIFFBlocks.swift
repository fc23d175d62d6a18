import CImageFiles
import Glibc

/// Strips and tiles, by libtiff.
struct TIFFCodedBlocks: SampleBlocks {
  let tiff: OpaquePointer
  let page: SampleLayout
  /// How many bytes the page's compression makes of one, at most.
  let expansion: Int
  /// Bytes of the whole file.
  let fileBytes: Int

  /// Where parts are not the same bytes of the file.
  var mostBytes: Int {
    let (bytes, isMore) = fileBytes.multipliedReportingOverflow(by: expansion)
    return isMore ? .max : bytes
  }

  func read(
    _ plane: Int, into target: UnsafeMutableRawBufferPointer?, _ take: (SampleAssembly.Block) -> Void
  ) throws {
    try TIFFIsTiled(tiff) != 0 ? tiles(plane, take) : strips(plane, into: target, take)
  }

  private func strips(
    _ plane: Int, into target: UnsafeMutableRawBufferPointer?, _ take: (SampleAssembly.Block) -> Void
  ) throws {
    let (height, row) = (page.height, page.rowBytes)
    let rows = min(height, Int(tiffLong(tiff, UInt32(TIFFTAG_ROWSPERSTRIP))))
    guard rows > 0, TIFFScanlineSize(tiff) == row else { throw damage("its rows have another size") }
    let tops = stride(from: 0, to: height, by: rows)
    let numbers = tops.map { TIFFComputeStrip(tiff, UInt32($0), UInt16(plane)) }
    for (number, top) in zip(numbers, tops) { try check(number, size: min(rows, height - top) * row) }
    try withBlock(target == nil ? rows * row : 0) { block in
      for (number, top) in zip(numbers, tops) {
        let size = min(rows, height - top) * row
        let place = target?.baseAddress.map { $0 + top * row } ?? block
        guard TIFFReadEncodedStrip(tiff, number, place, tmsize_t(size)) == size else { throw damage() }
        guard target == nil else { continue }
        take(.init(rows: top..<min(height, top + rows), columns: 0..<page.width, bytes: place, rowBytes: row))
      }
    }
  }

  private func tiles(_ plane: Int, _ take: (SampleAssembly.Block) -> Void) throws {
    let width = Int(tiffLong(tiff, UInt32(TIFFTAG_TILEWIDTH)))
    let height = Int(tiffLong(tiff, UInt32(TIFFTAG_TILELENGTH)))
    let row = Int(TIFFTileRowSize(tiff))
    // Rows of tiles below the image are not decoded.
    guard width > 0, width <= 1 << 24, height > 0, row > 0, row >= width * page.pixelBits / 8 else {
      throw damage("it has tiles of no usable size")
    }
    func size(_ top: Int) -> Int { min(height, page.height - top) * row }
    let corners = stride(from: 0, to: page.height, by: height).flatMap { top in
      stride(from: 0, to: page.width, by: width).map { (top, $0) }
    }
    func number(_ top: Int, _ left: Int) -> UInt32 {
      TIFFComputeTile(tiff, UInt32(left), UInt32(top), 0, UInt16(plane))
    }
    for (top, left) in corners { try check(number(top, left), size: size(top)) }
    try withBlock(size(0)) { tile in
      for (top, left) in corners {
        let count = TIFFReadEncodedTile(tiff, number(top, left), tile, tmsize_t(size(top)))
        guard count == size(top) else { throw damage() }
        take(
          .init(
            rows: top..<min(page.height, top + height), columns: left..<min(page.width, left + width),
            bytes: tile, rowBytes: row))
      }
    }
  }

  /// Makes sure that a strip or a tile is in the file and can hold `size` bytes: headers lie, and memory is given to what
  /// is there.
  private func check(_ number: UInt32, size: Int) throws {
    let place = TIFFGetStrileOffset(tiff, number), count = TIFFGetStrileByteCount(tiff, number)
    guard place >= 8, count > 0, Int(clamping: place) <= fileBytes, Int(clamping: count) <= fileBytes else {
      throw damage("a part of it is missing")
    }
    guard size / expansion <= Int(count) else { throw damage("it ends too early") }
  }

  private func withBlock(_ size: Int, _ body: (UnsafeMutableRawPointer) throws -> Void) throws {
    try requireMemory(size)
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(1, size), alignment: 16)
    defer { block.deallocate() }
    memset(block, 0, size)
    try body(block)
  }

  private func damage(_ reason: String? = nil) -> PageError {
    PageError(problem: "is damaged: \(reason ?? TIFFCodec.complaint)")
  }
}
