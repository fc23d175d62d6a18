import CImageFiles
import UNetFiles

/// A TIFF of one picture in tiles, with smaller ones of the same behind it, each of half the rows and columns (pages that are called
/// reduced, as OpenSlide, libvips and GDAL have them).
package final class PyramidTIFF {
  private let output: TIFFOutput
  private let tile: Int
  private var page = PageLayout(height: 0, width: 0, .uint8)
  private var pages = 0

  /// Begins the file `path` of these pages, the largest first, in tiles of `tile`² pixels, a multiple of 16.
  /// - Throws: `FileError`.
  package init(_ path: String, replacing: Bool, pages: [PageLayout], tile: Int) throws {
    self.tile = tile
    // What compression may add where there is nothing to compress.
    let bytes = pages.reduce(0) { sum, page in
      let tiles = ((page.height + tile - 1) / tile) * ((page.width + tile - 1) / tile)
      return sum + tiles * (tile * tile * page.channels * page.samples.size / 64 * 65 + 64)
    }
    output = try TIFFOutput(PartialFile(path, replaces: replacing), isBig: bytes >= 1 << 32)
  }

  /// Begins the next page.
  /// - Throws: `DataError`, `FileError`.
  package func begin(_ page: PageLayout) throws {
    self.page = page
    let kind = pages == 0 ? [] : [(TIFFTAG_SUBFILETYPE, Int(FILETYPE_REDUCEDIMAGE))]
    try output.begin(page, .deflate, [(TIFFTAG_TILEWIDTH, tile), (TIFFTAG_TILELENGTH, tile)] + kind)
    if pages == 0 { try output.say(TIFFTAG_SOFTWARE, WRITTEN_BY) }
    if pages == 0, let (x, y) = page.metadata.pixelsPerMetre {
      try output.say((x / 100, y / 100, RESUNIT_CENTIMETER))
    }
    pages += 1
  }

  /// The regions of the page's tiles, in the order in which they are written.
  package var tiles: [ImageRegion] {
    stride(from: 0, to: page.height, by: tile).flatMap { top in
      stride(from: 0, to: page.width, by: tile).map { left in
        ImageRegion(
          rows: top..<min(page.height, top + tile), columns: left..<min(page.width, left + tile))
      }
    }
  }

  /// Writes a tile: the values of its region, `[rows, columns, C]`.
  /// - Throws: `DataError`, `FileError`.
  package func write(_ bytes: [UInt8], _ region: ImageRegion) throws {
    let pixel = page.channels * page.samples.size
    precondition(bytes.count == region.height * region.width * pixel, "a tile has all of its region")
    var whole = bytes
    if region.height < tile || region.width < tile {
      whole = [UInt8](repeating: 0, count: tile * tile * pixel)
      for y in 0..<region.height {
        let row = bytes[y * region.width * pixel..<(y + 1) * region.width * pixel]
        whole.replaceSubrange(y * tile * pixel..<y * tile * pixel + row.count, with: row)
      }
    }
    let across = (page.width + tile - 1) / tile
    let number = region.rows.lowerBound / tile * across + region.columns.lowerBound / tile
    let written = whole.withUnsafeMutableBytes {
      TIFFWriteEncodedTile(output.tiff, UInt32(number), $0.baseAddress, tmsize_t($0.count))
    }
    try output.require(written == whole.count ? 1 : 0)
  }

  /// Ends the page.
  /// - Throws: `DataError`, `FileError`.
  package func endPage() throws { try output.endPage() }

  /// Gives the file its name.
  /// - Throws: `DataError`, `FileError`, `OutputError`.
  package func close() throws { try output.close() }
}
