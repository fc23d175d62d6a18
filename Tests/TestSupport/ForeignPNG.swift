/// PNG files as other programs write them, byte by byte.
package struct ForeignPNG {
  package var height = 1
  package var width = 1
  package var bits = 8
  /// 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGBA.
  package var colour: UInt8 = 0
  package var palette: [UInt8] = []
  /// Chunk tRNS: what is transparent.
  package var transparent: [UInt8] = []
  /// Adam7: the picture in seven passes.
  package var isInterlaced = false
  /// The file's gamma times 100,000: no reader of measurements may apply it.
  package var gamma: UInt32?
  /// Pixels a metre.
  package var resolution: UInt32?
  /// How many frames an animation says that it has.
  package var frames: UInt32?

  package init(
    height: Int = 1, width: Int = 1, bits: Int = 8, colour: UInt8 = 0, palette: [UInt8] = [],
    gamma: UInt32? = nil
  ) {
    (self.height, self.width, self.bits, self.colour) = (height, width, bits, colour)
    (self.palette, self.gamma) = (palette, gamma)
  }

  /// This file with other properties.
  package func with(_ change: (inout ForeignPNG) -> Void) -> ForeignPNG {
    var file = self
    change(&file)
    return file
  }

  /// A file whose rows hold these bytes, packed and big-endian as PNG has them.
  package func file(_ rows: [[UInt8]]) -> [UInt8] { file(lines: rows) }

  /// A file of these values, `[H, W, samples]`.
  package func file(values: [Int]) -> [UInt8] {
    let samples = values.count / (height * width)
    func line(_ y: Int, _ columns: StrideTo<Int>) -> [UInt8] {
      packed(columns.flatMap { x in values[(y * width + x) * samples..<(y * width + x + 1) * samples] })
    }
    guard isInterlaced else {
      return file(lines: (0..<height).map { line($0, stride(from: 0, to: width, by: 1)) })
    }
    // Where each pass starts and how far its pixels are apart (PNG specification, section 8.2).
    let passes = [
      (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ]
    return file(
      lines: passes.filter { $0.0 < width }.flatMap { left, top, right, down in
        stride(from: top, to: height, by: down).map { line($0, stride(from: left, to: width, by: right)) }
      })
  }

  private func packed(_ values: [Int]) -> [UInt8] {
    if bits == 16 { return values.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
    let many = 8 / bits
    return stride(from: 0, to: values.count, by: many).map { start in
      (0..<many).reduce(0) { $0 << UInt8(bits) | (start + $1 < values.count ? UInt8(values[start + $1]) : 0) }
    }
  }

  private func file(lines: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let interlace: UInt8 = isInterlaced ? 1 : 0
    bytes += chunk(
      "IHDR", number(UInt32(width)) + number(UInt32(height)) + [UInt8(bits), colour, 0, 0, interlace])
    if let frames { bytes += chunk("acTL", number(frames) + number(0)) }
    if let gamma { bytes += chunk("gAMA", number(gamma)) }
    if let resolution { bytes += chunk("pHYs", number(resolution) + number(resolution) + [1]) }
    if !palette.isEmpty { bytes += chunk("PLTE", palette) }
    if !transparent.isEmpty { bytes += chunk("tRNS", transparent) }
    return bytes + chunk("IDAT", stored(lines.flatMap { [0] + $0 })) + chunk("IEND", [])
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
