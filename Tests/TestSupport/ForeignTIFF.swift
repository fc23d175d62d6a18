/// TIFF files as other programs write them, byte by byte.
package struct ForeignTIFF {
  package var bigEndian = false
  /// BigTIFF.
  package var isBig = false
  package var height = 1
  package var width = 1
  package var samples = 1
  /// 1 to 64; numbers that are not whole bytes lie without a gap in a row, the highest bit first.
  package var bits = 8
  /// 1 unsigned, 2 signed, 3 float; nil: not said.
  package var sampleFormat: Int? = 1
  /// 0 white is zero, 1 black is zero, 2 RGB, 3 palette; nil: not said.
  package var photometric: Int? = 1
  /// What the last sample is: 0 not stated, 1 or 2 alpha.
  package var extraSample: Int?
  package var planes = false
  /// Side of square tiles, a multiple of 16; nil for strips.
  package var tile: Int?
  /// Rows of a strip.
  package var stripRows = 1
  /// What the file says of the sides of its tiles, or of the image, in place of the truth.
  package var saidTile: (width: UInt32, height: UInt32)?
  package var saidSize: UInt32?
  /// How many of the strips or tiles it lists; nil: all.
  package var listed: Int?
  /// 1 none, 5 LZW.
  package var compression = 1
  /// Where the first row and column belong, 1 to 8.
  package var orientation: Int?
  /// NewSubfileType of each page: 1 a reduced copy, 4 a mask.
  package var subfiles: [Int] = []
  /// ImageDescription of the first page.
  package var description: String?
  /// Pixels along x and y, fractions, in no unit of TIFF's; empty: not said.
  package var resolution: [(Int, Int)] = []
  /// Luminance and colours of JPEG (photometric 6) have one value a pixel each.
  package var isUnsampled = false
  /// Red, green and blue of each number of a palette; black where there are fewer.
  package var colours: [(Int, Int, Int)] = []
  /// What colours are multiplied by: 257 in TIFF's own way.
  package var colourScale = 257
  /// Only the first page has a directory; the others lie behind it.
  package var truncated = false
  /// Count of values of MetaMorph's field 33629.
  package var metaMorphPlanes: Int?

  package init(
    bigEndian: Bool = false, height: Int = 1, width: Int = 1, samples: Int = 1, bits: Int = 8,
    sampleFormat: Int? = 1, photometric: Int? = 1, extraSample: Int? = nil, planes: Bool = false,
    tile: Int? = nil, saidSize: UInt32? = nil, compression: Int = 1
  ) {
    (self.bigEndian, self.height, self.width, self.samples) = (bigEndian, height, width, samples)
    (self.bits, self.sampleFormat, self.photometric) = (bits, sampleFormat, photometric)
    (self.extraSample, self.planes, self.tile) = (extraSample, planes, tile)
    (self.saidSize, self.compression) = (saidSize, compression)
  }

  /// This file with other properties.
  package func with(_ change: (inout ForeignTIFF) -> Void) -> ForeignTIFF {
    var file = self
    change(&file)
    return file
  }

  /// A file of these pages, values `[H, W, samples]` (`[samples, H, W]` with `planes`) as whole numbers or, for
  /// floats, bit patterns.
  package func file<Number: BinaryInteger>(_ pages: [[Number]]) -> [UInt8] {
    let pages = pages.map { $0.map { UInt64(truncatingIfNeeded: $0) } }
    var bytes: [UInt8] = bigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
    bytes += isBig ? number(43, 2) + number(8, 2) + number(0, 2) + number(0, 8) : number(42, 2) + number(0, 4)
    var link = isBig ? 8 : 4
    for (at, page) in (truncated ? Array(pages.prefix(1)) : pages).enumerated() {
      var places: [UInt64] = []
      var sizes: [UInt64] = []
      for block in blocks(page) {
        places.append(UInt64(bytes.count))
        let data = compression == 5 ? lzw(block) : block
        sizes.append(UInt64(data.count))
        bytes += data
      }
      if truncated { bytes += pages.dropFirst().flatMap { blocks($0).flatMap { $0 } } }
      if bytes.count % 2 == 1 { bytes.append(0) }
      let offset = number(UInt64(bytes.count), isBig ? 8 : 4)
      bytes.replaceSubrange(link..<link + offset.count, with: offset)
      link = append(directory(at, places, sizes), to: &bytes)
    }
    return bytes
  }

  /// The bytes of each strip or tile.
  private func blocks(_ page: [UInt64]) -> [[UInt8]] {
    let row = planes ? width : width * samples
    guard let tile else {
      var strips: [[UInt8]] = []
      let planeRows = page.count / row / (planes ? samples : 1)
      for first in stride(from: 0, to: page.count / row, by: planeRows) {
        for top in stride(from: first, to: first + planeRows, by: stripRows) {
          let rows = top..<min(top + stripRows, first + planeRows)
          strips.append(rows.flatMap { packed(page[$0 * row..<($0 + 1) * row]) })
        }
      }
      return strips
    }
    var blocks: [[UInt8]] = []
    for top in stride(from: 0, to: height, by: tile) {
      for left in stride(from: 0, to: width, by: tile) {
        blocks.append((top..<top + tile).flatMap { packed(cut(page, row: $0, left: left, width: tile)[...]) })
      }
    }
    return blocks
  }

  /// Values of a row, 0 beyond the page.
  private func cut(_ page: [UInt64], row y: Int, left: Int, width count: Int) -> [UInt64] {
    var row: [UInt64] = []
    for x in left..<left + count {
      let isInside = y < height && x < width
      let first = (y * width + x) * samples
      row += isInside ? Array(page[first..<first + samples]) : [UInt64](repeating: 0, count: samples)
    }
    return row
  }

  /// The bytes of a row.
  private func packed(_ values: ArraySlice<UInt64>) -> [UInt8] {
    guard bits % 8 != 0 else { return values.flatMap { number($0, bits / 8) } }
    let digits = values.flatMap { value in
      (0..<bits).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64($0) & 1) }
    }
    return stride(from: 0, to: digits.count, by: 8).map { start in
      (0..<8).reduce(0) { $0 << 1 | (start + $1 < digits.count ? digits[start + $1] : 0) }
    }
  }

  private func number(_ value: UInt64, _ size: Int) -> [UInt8] {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    return bigEndian ? bytes.reversed() : bytes
  }

  /// (tag, type: 2 text, 3 short, 4 long or 5 fraction, values), tags ascending.
  private func directory(_ page: Int, _ places: [UInt64], _ sizes: [UInt64]) -> [(UInt64, UInt64, [UInt64])] {
    func one(_ tag: UInt64, _ value: Int?) -> [(UInt64, UInt64, [UInt64])] {
      value.map { [(tag, 3, [UInt64($0)])] } ?? []
    }
    let (places, sizes) = (places.prefix(listed ?? .max), sizes.prefix(listed ?? .max))
    var fields: [(UInt64, UInt64, [UInt64])] = [
      (256, 4, [UInt64(saidSize ?? UInt32(width))]), (257, 4, [UInt64(saidSize ?? UInt32(height))]),
      (258, 3, [UInt64](repeating: UInt64(bits), count: samples)), (259, 3, [UInt64(compression)]),
      (277, 3, [UInt64(samples)]), (284, 3, [planes ? 2 : 1]),
    ]
    fields += one(254, page < subfiles.count ? subfiles[page] : nil) + one(262, photometric)
    fields += one(274, orientation) + one(338, extraSample)
    if let sampleFormat {
      fields.append((339, 3, [UInt64](repeating: UInt64(sampleFormat), count: samples)))
    }
    if let description, page == 0 { fields.append((270, 2, description.utf8.map { UInt64($0) } + [0])) }
    if let tile {
      let (width, height) = saidTile ?? (UInt32(tile), UInt32(tile))
      fields += [(322, 4, [UInt64(width)]), (323, 4, [UInt64(height)]), (324, 4, Array(places))]
      fields.append((325, 4, Array(sizes)))
    } else {
      fields += [(273, 4, Array(places)), (278, 4, [UInt64(saidSize ?? UInt32(stripRows))])]
      fields.append((279, 4, Array(sizes)))
    }
    if photometric == 3 {
      let table = colours + [(Int, Int, Int)](repeating: (0, 0, 0), count: (1 << bits) - colours.count)
      let shares = table.map(\.0) + table.map(\.1) + table.map(\.2)
      fields.append((320, 3, shares.map { UInt64($0 * colourScale) }))
    }
    if resolution.count == 2 {
      fields += zip([282, 283], resolution).map { ($0, 5, [UInt64($1.0), UInt64($1.1)]) } + one(296, 1)
    }
    if isUnsampled { fields.append((530, 3, [1, 1])) }
    if let metaMorphPlanes {
      fields.append((33629, 5, [UInt64](repeating: 1, count: 2 * metaMorphPlanes)))
    }
    return fields.sorted { $0.0 < $1.0 }
  }

  /// Appends a directory and the values it refers to; the place of the link to the next one.
  private func append(_ fields: [(UInt64, UInt64, [UInt64])], to bytes: inout [UInt8]) -> Int {
    let (head, entry, room) = isBig ? (8, 20, 8) : (2, 12, 4)
    var after: [UInt8] = []
    let end = bytes.count + head + entry * fields.count + room
    bytes += number(UInt64(fields.count), head)
    for (tag, type, values) in fields {
      let size = type == 2 ? 1 : type == 3 ? 2 : 4
      var data = values.flatMap { number($0, size) }
      bytes += number(tag, 2) + number(type, 2) + number(UInt64(values.count / (type == 5 ? 2 : 1)), room)
      if data.count > room {
        let place = number(UInt64(end + after.count), room)
        after += data
        data = place
      }
      bytes += data + [UInt8](repeating: 0, count: room - data.count)
    }
    bytes += number(0, room) + after
    return end - room
  }

  /// LZW without any compression: every byte its own 9-bit code, the table cleared before codes grow.
  private func lzw(_ data: [UInt8]) -> [UInt8] {
    var codes: [UInt32] = []
    for (at, byte) in data.enumerated() {
      if at % 200 == 0 { codes.append(256) }
      codes.append(UInt32(byte))
    }
    codes.append(257)
    let bits = codes.flatMap { code in (0..<9).reversed().map { UInt8(code >> UInt32($0) & 1) } }
    return stride(from: 0, to: bits.count, by: 8).map { start in
      (0..<8).reduce(0) { $0 << 1 | (start + $1 < bits.count ? bits[start + $1] : 0) }
    }
  }
}
