import CImageFiles

/// The strips or tiles in which a TIFF stores a plane.
struct TIFFBlocks {
  let tiff: OpaquePointer
  let height, width: Int
  /// Bytes of a pixel in one plane.
  let pixelBytes: Int

  /// The bytes of a plane in raster order; nil when they cannot all be read.
  func plane(_ plane: Int) -> [UInt8]? { TIFFIsTiled(tiff) != 0 ? tiles(plane) : strips(plane) }

  private func strips(_ plane: Int) -> [UInt8]? {
    let row = width * pixelBytes
    let rows = min(height, Int(tiffLong(tiff, UInt32(TIFFTAG_ROWSPERSTRIP))))
    guard rows > 0, TIFFScanlineSize(tiff) == row else { return nil }
    // The size comes from the file, which may lie: take memory as strips prove to be there.
    var bytes: [UInt8] = []
    var strip = [UInt8](repeating: 0, count: rows * row)
    for top in stride(from: 0, to: height, by: rows) {
      let size = min(rows, height - top) * row
      let number = TIFFComputeStrip(tiff, UInt32(top), UInt16(plane))
      guard TIFFReadEncodedStrip(tiff, number, &strip, tmsize_t(size)) == size else { return nil }
      bytes += strip[..<size]
    }
    return bytes
  }

  private func tiles(_ plane: Int) -> [UInt8]? {
    let tileWidth = Int(tiffLong(tiff, UInt32(TIFFTAG_TILEWIDTH)))
    let tileHeight = Int(tiffLong(tiff, UInt32(TIFFTAG_TILELENGTH)))
    let size = tileHeight * tileWidth * pixelBytes
    guard size > 0, TIFFTileSize(tiff) == size else { return nil }
    var bytes = [UInt8](repeating: 0, count: height * width * pixelBytes)
    var tile = [UInt8](repeating: 0, count: size)
    for top in stride(from: 0, to: height, by: tileHeight) {
      for left in stride(from: 0, to: width, by: tileWidth) {
        let number = TIFFComputeTile(tiff, UInt32(left), UInt32(top), 0, UInt16(plane))
        guard TIFFReadEncodedTile(tiff, number, &tile, tmsize_t(size)) == size else { return nil }
        let row = min(tileWidth, width - left) * pixelBytes
        for y in 0..<min(tileHeight, height - top) {
          let (to, from) = (((top + y) * width + left) * pixelBytes, y * tileWidth * pixelBytes)
          bytes.replaceSubrange(to..<to + row, with: tile[from..<from + row])
        }
      }
    }
    return bytes
  }
}
