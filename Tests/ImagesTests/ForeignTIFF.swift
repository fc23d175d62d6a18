/// TIFF files as other programs write them, byte by byte.
struct ForeignTIFF {
  var bigEndian = false
  var height = 1
  var width = 1
  var samples = 1
  var bits = 8
  /// 1 unsigned, 2 signed, 3 float.
  var sampleFormat = 1
  /// 0 white is zero, 1 black is zero, 2 RGB, 3 palette.
  var photometric = 1
  /// 2: the last sample is alpha.
  var extraSample: Int?
  var planes = false
  /// Side of square tiles, a multiple of 16; nil for strips of one row.
  var tile: Int?
  /// What the file says of the sides of its tiles, or of the image, in place of the truth.
  var saidTile: (width: UInt32, height: UInt32)?
  var saidSize: UInt32?
  /// 1 none, 5 LZW.
  var compression = 1

  /// A file of these pages, values `[H, W, samples]` (`[samples, H, W]` with `planes`) as whole numbers or, for
  /// floats, bit patterns.
  func file(_ pages: [[UInt32]]) -> [UInt8] {
    var bytes: [UInt8] = bigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
    bytes += number(42, 2) + number(0, 4)
    var link = 4
    for page in pages {
      var places: [UInt32] = []
      var sizes: [UInt32] = []
      for block in blocks(page) {
        places.append(UInt32(bytes.count))
        let data = compression == 5 ? lzw(encoded(block)) : encoded(block)
        sizes.append(UInt32(data.count))
        bytes += data
      }
      if bytes.count % 2 == 1 { bytes.append(0) }
      bytes.replaceSubrange(link..<link + 4, with: number(UInt32(bytes.count), 4))
      link = append(directory(places, sizes), to: &bytes)
    }
    return bytes
  }

  /// The values of each strip or tile.
  private func blocks(_ page: [UInt32]) -> [[UInt32]] {
    guard let tile else {
      let row = planes ? width : width * samples
      return stride(from: 0, to: page.count, by: row).map { Array(page[$0..<$0 + row]) }
    }
    var blocks: [[UInt32]] = []
    for top in stride(from: 0, to: height, by: tile) {
      for left in stride(from: 0, to: width, by: tile) {
        blocks.append(
          (0..<tile * tile).map { n in
            let (y, x) = (top + n / tile, left + n % tile)
            return y < height && x < width ? page[y * width + x] : 0
          })
      }
    }
    return blocks
  }

  private func encoded(_ values: [UInt32]) -> [UInt8] { values.flatMap { number($0, bits / 8) } }

  private func number(_ value: UInt32, _ size: Int) -> [UInt8] {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    return bigEndian ? bytes.reversed() : bytes
  }

  /// (tag, type: 3 short or 4 long, values), tags ascending.
  private func directory(_ places: [UInt32], _ sizes: [UInt32]) -> [(UInt32, UInt32, [UInt32])] {
    var fields: [(UInt32, UInt32, [UInt32])] = [
      (256, 4, [saidSize ?? UInt32(width)]), (257, 4, [saidSize ?? UInt32(height)]),
      (258, 3, [UInt32](repeating: UInt32(bits), count: samples)), (259, 3, [UInt32(compression)]),
      (262, 3, [UInt32(photometric)]), (277, 3, [UInt32(samples)]), (284, 3, [planes ? 2 : 1]),
      (339, 3, [UInt32](repeating: UInt32(sampleFormat), count: samples)),
    ]
    if let tile {
      let (width, height) = saidTile ?? (UInt32(tile), UInt32(tile))
      fields += [(322, 4, [width]), (323, 4, [height]), (324, 4, places), (325, 4, sizes)]
    } else {
      fields += [(273, 4, places), (278, 4, [saidSize ?? 1]), (279, 4, sizes)]
    }
    if let extraSample { fields.append((338, 3, [UInt32(extraSample)])) }
    if photometric == 3 { fields.append((320, 3, [UInt32](repeating: 0, count: 3 << bits))) }
    return fields.sorted { $0.0 < $1.0 }
  }

  /// Appends a directory and the values it refers to; the place of the link to the next one.
  private func append(_ fields: [(UInt32, UInt32, [UInt32])], to bytes: inout [UInt8]) -> Int {
    var after: [UInt8] = []
    let end = bytes.count + 2 + 12 * fields.count + 4
    bytes += number(UInt32(fields.count), 2)
    for (tag, type, values) in fields {
      var data = values.flatMap { number($0, type == 3 ? 2 : 4) }
      bytes += number(tag, 2) + number(type, 2) + number(UInt32(values.count), 4)
      if data.count > 4 {
        let place = number(UInt32(end + after.count), 4)
        after += data
        data = place
      }
      bytes += data + [UInt8](repeating: 0, count: 4 - data.count)
    }
    bytes += number(0, 4) + after
    return end - 4
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
