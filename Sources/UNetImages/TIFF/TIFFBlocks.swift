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

  /// What the page is divided into.
  private struct Parts {
    let areTiles: Bool
    let height: Int, width: Int
    /// Bytes of a row of one.
    let row: Int
    let corners: [(top: Int, left: Int)]
  }

  private func parts() throws -> Parts {
    let areTiles = TIFFIsTiled(tiff) != 0
    let height, width, row: Int
    if areTiles {
      width = Int(tiffLong(tiff, UInt32(TIFFTAG_TILEWIDTH)))
      height = Int(tiffLong(tiff, UInt32(TIFFTAG_TILELENGTH)))
      row = Int(TIFFTileRowSize(tiff))
      guard width > 0, width <= 1 << 24, height > 0, row > 0, row >= width * page.pixelBits / 8 else {
        throw damage("it has tiles of no usable size")
      }
    } else {
      (width, row) = (page.width, page.rowBytes)
      height = min(page.height, Int(tiffLong(tiff, UInt32(TIFFTAG_ROWSPERSTRIP))))
      guard height > 0, TIFFScanlineSize(tiff) == row else { throw damage("its rows have another size") }
    }
    let corners = stride(from: 0, to: page.height, by: height).flatMap { top in
      stride(from: 0, to: page.width, by: width).map { (top: top, left: $0) }
    }
    return Parts(areTiles: areTiles, height: height, width: width, row: row, corners: corners)
  }

  private func number(_ top: Int, _ left: Int, _ plane: Int, of parts: Parts) -> UInt32 {
    parts.areTiles
      ? TIFFComputeTile(tiff, UInt32(left), UInt32(top), 0, UInt16(plane))
      : TIFFComputeStrip(tiff, UInt32(top), UInt16(plane))
  }

  /// Bytes of a part; rows of tiles below the image are not decoded.
  private func size(_ top: Int, of parts: Parts) -> Int { min(parts.height, page.height - top) * parts.row }

  func check(_ plane: Int) throws {
    let parts = try parts()
    for (top, left) in parts.corners {
      try check(number(top, left, plane, of: parts), size: size(top, of: parts))
    }
  }

  func read(
    _ plane: Int, into target: UnsafeMutableRawBufferPointer?, _ take: (SampleAssembly.Block) throws -> Void
  ) throws {
    let parts = try parts()
    let rows = parts.areTiles ? nil : target?.baseAddress
    try withBlock(rows == nil ? size(0, of: parts) : 0) { block in
      for (top, left) in parts.corners {
        let (number, size) = (number(top, left, plane, of: parts), size(top, of: parts))
        let place = rows.map { $0 + top * parts.row } ?? block
        let read = parts.areTiles ? TIFFReadEncodedTile : TIFFReadEncodedStrip
        guard read(tiff, number, place, tmsize_t(size)) == size else { throw damage() }
        guard rows == nil else { continue }
        try take(
          .init(
            rows: top..<min(page.height, top + parts.height),
            columns: left..<min(page.width, left + parts.width), bytes: place, rowBytes: parts.row))
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
