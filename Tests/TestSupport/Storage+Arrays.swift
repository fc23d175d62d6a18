extension Storage {
  static let pngs: [Storage] =
    [1, 2, 4, 8, 16].map { bits in png("uint\(bits)", "grey", bits: min(bits, 4)) { $0.bits = bits } }
    + [1, 2, 4, 8, 16].map { bits in
      png("uint\(bits)", "interlaced", bits: min(bits, 4)) { ($0.bits, $0.isInterlaced) = (bits, true) }
    }
    + [4, 8].map { bits in
      Storage("PNG", "uint\(bits)", "palette", ending: "png", bits: 4) { numbers in
        let greys = (0..<16).flatMap { [UInt8](repeating: UInt8(15 - $0), count: 3) }
        let colours = (0..<48).map { UInt8($0 * 5) }
        return ForeignPNG(height: numbers.height, width: numbers.width, bits: bits, colour: 3)
          .with { $0.palette = numbers.isLabels ? colours : greys }
          .file(values: numbers.isLabels ? numbers.values : numbers.values.map { 15 - $0 })
      }
    } + [
      png("uint8", "a transparent grey") { $0.transparent = [0, 3] },
      png("uint8", "gamma") { $0.gamma = 45455 },
      png("uint8", "RGB, equal channels", channels: 3) { $0.colour = 2 },
      png("uint16", "RGB, equal channels", channels: 3) { ($0.colour, $0.bits) = (2, 16) },
      png("uint8", "RGB and alpha", channels: 3, alpha: 50) { $0.colour = 6 },
      png("uint16", "grey and alpha", alpha: 50) { ($0.colour, $0.bits) = (4, 16) },
    ]

  private static func png(
    _ type: String, _ kind: String, bits: Int = 4, channels: Int = 1, alpha: Int? = nil,
    _ change: @escaping @Sendable (inout ForeignPNG) -> Void
  ) -> Storage {
    Storage("PNG", type, kind, ending: "png", bits: bits) { numbers in
      ForeignPNG(height: numbers.height, width: numbers.width).with(change)
        .file(values: repeated(numbers, channels, alpha: alpha))
    }
  }

  static let npys: [Storage] =
    [
      ("|b1", 1), ("|u1", 4), ("|i1", 4), ("<u2", 4), (">u2", 4), ("<u4", 4), (">i4", 4), ("<i8", 4),
      ("<f2", 4),
      ("<f4", 4), (">f4", 4), ("<f8", 4), (">f8", 4),
    ].map { type, bits in
      Storage("NPY", type.filter { $0 != "|" }, "rows first", ending: "npy", bits: bits) { numbers in
        ForeignNPY.file(type, shape: [numbers.height, numbers.width], patterns(numbers.values, type))
      }
    } + [
      Storage("NPY", "<u2", "columns first", ending: "npy", bits: 4) { n in
        let columns = (0..<n.width).flatMap { x in (0..<n.height).map { n.values[$0 * n.width + x] } }
        return ForeignNPY.file("<u2", shape: [n.height, n.width], isFortran: true, columns)
      },
      Storage("NPY", "u1", "one channel", ending: "npy", bits: 4) { n in
        ForeignNPY.file("|u1", shape: [n.height, n.width, 1], n.values)
      },
      Storage("NPY", "u1", "equal channels", ending: "npy", bits: 4) { n in
        ForeignNPY.file("|u1", shape: [1, n.height, n.width, 3], repeated(n, 3))
      },
    ]

  private static func patterns(_ values: [Int], _ type: String) -> [UInt64] {
    let kinds: [Character: Int] = ["b": 1, "u": 1, "i": 2, "f": 3]
    let letters = Array(type)
    let number = NumberType(
      name: type, bits: 8 * (letters[2].wholeNumberValue ?? 1), kind: kinds[letters[1]] ?? 1)
    return values.map(number.pattern)
  }
}
