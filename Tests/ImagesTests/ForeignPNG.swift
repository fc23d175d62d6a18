/// PNG files as other programs write them, byte by byte.
struct ForeignPNG {
  var height = 1
  var width = 1
  var bits: UInt8 = 8
  /// 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGBA.
  var colour: UInt8 = 0
  var palette: [UInt8] = []
  /// The file's gamma times 100,000: no reader of measurements may apply it.
  var gamma: UInt32?

  /// A file whose rows hold these bytes, packed and big-endian as PNG has them.
  func file(_ rows: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    bytes += chunk("IHDR", number(UInt32(width)) + number(UInt32(height)) + [bits, colour, 0, 0, 0])
    if let gamma { bytes += chunk("gAMA", number(gamma)) }
    if !palette.isEmpty { bytes += chunk("PLTE", palette) }
    return bytes + chunk("IDAT", stored(rows.flatMap { [0] + $0 })) + chunk("IEND", [])
  }

  private func number(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return number(UInt32(data.count)) + body + number(crc(body))
  }

  private func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF as UInt32) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { c, _ in c & 1 == 1 ? 0xEDB8_8320 ^ c >> 1 : c >> 1 }
    }
  }

  /// A zlib stream of one stored block.
  private func stored(_ data: [UInt8]) -> [UInt8] {
    let size = UInt16(data.count)
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in data {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let lengths = [size, ~size].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    return [0x78, 0x01, 0x01] + lengths + data + number(b << 16 | a)
  }
}
