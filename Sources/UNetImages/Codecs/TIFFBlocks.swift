import CImageFiles
import Glibc

/// The strips or tiles in which a TIFF stores a plane.
struct TIFFBlocks {
  let tiff: OpaquePointer
  let height, width: Int
  /// Bytes of a pixel in one plane.
  let pixelBytes: Int
  /// Bytes of the whole file.
  let fileBytes: Int

  /// The bytes of a plane in raster order; nil when they cannot all be read.
  func plane(_ plane: Int) -> [UInt8]? {
    guard canHold(height * width * pixelBytes) else { return nil }
    return TIFFIsTiled(tiff) != 0 ? tiles(plane) : strips(plane)
  }

  /// Whether the file can have so many bytes in it: no compression makes of one byte more than 65536.
  private func canHold(_ count: Int) -> Bool { count >> 16 <= fileBytes }

  /// Memory for a strip or a tile, which is taken as it is filled; nil where there is none.
  private func withBlock(_ size: Int, _ body: (UnsafeMutableRawBufferPointer) -> [UInt8]?) -> [UInt8]? {
    guard let block = calloc(size, 1) else { return nil }
    defer { free(block) }
    return body(UnsafeMutableRawBufferPointer(start: block, count: size))
  }

  private func strips(_ plane: Int) -> [UInt8]? {
    let row = width * pixelBytes
    let rows = min(height, Int(tiffLong(tiff, UInt32(TIFFTAG_ROWSPERSTRIP))))
    guard rows > 0, TIFFScanlineSize(tiff) == row else { return nil }
    return withBlock(rows * row) { strip in
      // The size comes from the file, which may lie: take memory as strips prove to be there.
      var bytes: [UInt8] = []
      for top in stride(from: 0, to: height, by: rows) {
        let size = min(rows, height - top) * row
        let number = TIFFComputeStrip(tiff, UInt32(top), UInt16(plane))
        let count = TIFFReadEncodedStrip(tiff, number, strip.baseAddress, tmsize_t(size))
        guard count == size else { return nil }
        bytes += strip[..<size]
      }
      return bytes
    }
  }

  private func tiles(_ plane: Int) -> [UInt8]? {
    let tileWidth = Int(tiffLong(tiff, UInt32(TIFFTAG_TILEWIDTH)))
    let tileHeight = Int(tiffLong(tiff, UInt32(TIFFTAG_TILELENGTH)))
    // Sides of 32 bits, whose product may pass 64.
    guard max(tileHeight, tileWidth) <= 1 << 24 else { return nil }
    let size = tileHeight * tileWidth * pixelBytes
    guard size > 0, canHold(size), TIFFTileSize(tiff) == size else { return nil }
    return withBlock(size) { tile in
      var bytes: [UInt8] = []
      for top in stride(from: 0, to: height, by: tileHeight) {
        let rows = min(tileHeight, height - top)
        bytes += [UInt8](repeating: 0, count: rows * width * pixelBytes)
        for left in stride(from: 0, to: width, by: tileWidth) {
          let number = TIFFComputeTile(tiff, UInt32(left), UInt32(top), 0, UInt16(plane))
          let count = TIFFReadEncodedTile(tiff, number, tile.baseAddress, tmsize_t(size))
          guard count == size else { return nil }
          let row = min(tileWidth, width - left) * pixelBytes
          for y in 0..<rows {
            let (to, from) = (((top + y) * width + left) * pixelBytes, y * tileWidth * pixelBytes)
            bytes.replaceSubrange(to..<to + row, with: tile[from..<from + row])
          }
        }
      }
      return bytes
    }
  }
}
