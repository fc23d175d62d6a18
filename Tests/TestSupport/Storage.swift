import CImageFiles

/// A way to store a grey picture of small whole numbers, or labels: what is read must not depend on it.
package struct Storage: Sendable, CustomStringConvertible {
  /// Numbers of a picture, row by row.
  package struct Numbers: Sendable {
    package let height: Int, width: Int
    package let values: [Int]
    /// They are labels, which palettes and white-is-zero do not change.
    package let isLabels: Bool

    package init(height: Int, width: Int, values: [Int], isLabels: Bool = false) {
      (self.height, self.width, self.values, self.isLabels) = (height, width, values, isLabels)
    }
  }

  /// The container, the type of its numbers, and what else sets it apart, as in Documentation/data.md.
  package let container: String, type: String, kind: String
  /// The ending of the file's name.
  package let ending: String
  /// How many bits a number may have.
  package let bits: Int
  private let make: @Sendable (Numbers) throws -> [UInt8]

  package var description: String { "\(container) \(type) \(kind)" }

  /// The file of these numbers.
  package func file(_ numbers: Numbers) throws -> [UInt8] { try make(numbers) }

  /// Every way: of the containers, types of numbers, colours, orders and compressions that are read.
  package static let all: [Storage] =
    tiffTypes + tiffColours + tiffArrangements + tiffOrientations + tiffStacks + LibTIFF.storages + pngs
    + npys

  init(
    _ container: String, _ type: String, _ kind: String, ending: String, bits: Int,
    _ make: @escaping @Sendable (Numbers) throws -> [UInt8]
  ) {
    (self.container, self.type, self.kind) = (container, type, kind)
    (self.ending, self.bits, self.make) = (ending, bits, make)
  }
}

extension Storage {
  /// The first way whose numbers have so many bits, with which others are compared.
  package static func reference(bits: Int) throws -> Storage {
    guard let storage = all.first(where: { $0.bits == bits }) else { throw NoStorage() }
    return storage
  }

  /// Writes a picture and its labels; their paths.
  package func write(in folder: TemporaryFolder) throws -> (image: String, labels: String) {
    (
      try folder.write(file(.scene(bits: bits, isLabels: false)), "image.\(ending)"),
      try folder.write(file(.scene(bits: bits, isLabels: true)), "labels.\(ending)")
    )
  }
}

private struct NoStorage: Error {}

extension Storage.Numbers {
  /// Discs on a slope, or their labels, in numbers of so many bits.
  package static func scene(bits: Int, isLabels: Bool) -> Storage.Numbers {
    let (height, width, most) = (37, 53, (1 << bits) - 1)
    let values = (0..<height * width).map { at -> Int in
      let (y, x) = (at / width, at % width)
      let (dy, dx) = (y % 12 - 6, x % 13 - 6)
      let isCell = dy * dy + dx * dx < 25
      if isLabels { return isCell ? (y / 12 * 4 + x / 13) % most + 1 : 0 }
      return (isCell ? most / 2 + 1 : 0) + (y * 3 + x * 7 + x * y % 5) % (most / 2 + 1)
    }
    return Storage.Numbers(height: height, width: width, values: values, isLabels: isLabels)
  }
}

/// A type of numbers: its name, its bits, TIFF's number of its kind, NumPy's letter.
struct NumberType: Sendable {
  let name: String
  let bits: Int
  /// 1 unsigned, 2 signed, 3 float.
  let kind: Int

  static let all =
    [1, 2, 4, 6, 8, 10, 12, 14, 16, 32, 64].map { NumberType(name: "uint\($0)", bits: $0, kind: 1) }
    + [8, 16, 32, 64].map { NumberType(name: "int\($0)", bits: $0, kind: 2) }
    + [16, 32, 64].map { NumberType(name: "float\($0)", bits: $0, kind: 3) }

  /// How many bits of a whole number from 0 it has room for, as far as is tried.
  var room: Int { min(bits, 4) }

  /// The bits of a number.
  func pattern(_ value: Int) -> UInt64 {
    switch (kind, bits) {
    case (3, 16): UInt64(Float16(value).bitPattern)
    case (3, 32): UInt64(Float(value).bitPattern)
    case (3, _): Double(value).bitPattern
    default: UInt64(value)
    }
  }
}

extension Storage {
  private static func tiff(
    _ type: String, _ kind: String, bits: Int = 4, container: String = "TIFF",
    _ make: @escaping @Sendable (Numbers) throws -> [UInt8]
  ) -> Storage {
    Storage(container, type, kind, ending: "tif", bits: bits, make)
  }

  private static func foreign(_ numbers: Numbers, _ change: (inout ForeignTIFF) -> Void = { _ in })
    -> ForeignTIFF
  {
    ForeignTIFF(height: numbers.height, width: numbers.width).with(change)
  }

  /// Every type of numbers, in both orders of bytes.
  static let tiffTypes: [Storage] = NumberType.all.flatMap { type in
    [false, true].map { bigEndian in
      tiff(type.name, bigEndian ? "big-endian" : "little-endian", bits: type.room) { numbers in
        foreign(numbers) {
          ($0.bigEndian, $0.bits, $0.sampleFormat) = (bigEndian, type.bits, type.kind)
        }.file([numbers.values.map(type.pattern)])
      }
    }
  }

  /// Grey as palettes, colours and with alpha; 0 as white.
  static let tiffColours: [Storage] =
    [4, 8].map { bits in
      tiff("uint\(bits)", "palette") { numbers in
        foreign(numbers) {
          ($0.bits, $0.photometric) = (bits, 3)
          $0.colours = (0..<16).map { numbers.isLabels ? ($0, 7, 9) : (15 - $0, 15 - $0, 15 - $0) }
        }.file([numbers.isLabels ? numbers.values : numbers.values.map { 15 - $0 }])
      }
    }
    + [4, 8, 16].map { bits in
      tiff("uint\(bits)", "0 is white") { numbers in
        let white = (1 << bits) - 1
        return foreign(numbers) { ($0.bits, $0.photometric) = (bits, 0) }
          .file([numbers.isLabels ? numbers.values : numbers.values.map { white - $0 }])
      }
    } + [
      tiff("uint8", "no stated colours") { numbers in
        foreign(numbers) { ($0.photometric, $0.sampleFormat) = (nil, nil) }.file([numbers.values])
      },
      tiff("uint8", "RGB, equal channels") { numbers in
        foreign(numbers) { ($0.photometric, $0.samples) = (2, 3) }.file([repeated(numbers, 3)])
      },
      tiff("uint16", "RGB, a plane for each channel") { numbers in
        foreign(numbers) { ($0.photometric, $0.samples, $0.bits, $0.planes) = (2, 3, 16, true) }
          .file([numbers.values + numbers.values + numbers.values])
      },
      tiff("uint8", "RGB and alpha") { numbers in
        foreign(numbers) { ($0.photometric, $0.samples, $0.extraSample) = (2, 4, 2) }
          .file([repeated(numbers, 3, alpha: 200)])
      },
      tiff("uint16", "grey and alpha") { numbers in
        foreign(numbers) { ($0.samples, $0.extraSample, $0.bits) = (2, 1, 16) }
          .file([repeated(numbers, 1, alpha: 77)])
      },
    ]

  /// Strips and tiles, classic and BigTIFF.
  static let tiffArrangements: [Storage] = [
    tiff("uint8", "one strip") { n in foreign(n) { $0.stripRows = n.height }.file([n.values]) },
    tiff("uint4", "strips of 7 rows") { n in
      foreign(n) { ($0.stripRows, $0.bits) = (7, 4) }.file([n.values])
    },
    tiff("uint16", "tiles") { n in foreign(n) { ($0.tile, $0.bits) = (16, 16) }.file([n.values]) },
    tiff("uint4", "tiles") { n in foreign(n) { ($0.tile, $0.bits) = (16, 4) }.file([n.values]) },
    tiff("uint8", "RGB and alpha in tiles") { n in
      foreign(n) { ($0.photometric, $0.samples, $0.extraSample, $0.tile) = (2, 4, 2, 16) }
        .file([repeated(n, 3, alpha: 9)])
    },
    tiff("uint8", "little-endian", container: "BigTIFF") { n in
      foreign(n) { $0.isBig = true }.file([n.values])
    },
    tiff("uint16", "big-endian, tiles", container: "BigTIFF") { n in
      foreign(n) { ($0.isBig, $0.bigEndian, $0.tile, $0.bits) = (true, true, 16, 16) }.file([n.values])
    },
  ]

  /// Pages that are stored mirrored and turned.
  static let tiffOrientations: [Storage] = (2...8).map { orientation in
    tiff("uint8", "orientation \(orientation)") { numbers in
      let isTransposed = orientation >= 5
      let (rows, columns) =
        isTransposed ? (numbers.width, numbers.height) : (numbers.height, numbers.width)
      let stored = (0..<rows * columns).map { at in
        // TIFF 6.0: what the first row and the first column are.
        let (r, c) = (at / columns, at % columns)
        let (y, x) =
          switch orientation {
          case 2: (r, columns - 1 - c)
          case 3: (rows - 1 - r, columns - 1 - c)
          case 4: (rows - 1 - r, c)
          case 5: (c, r)
          case 6: (c, rows - 1 - r)
          case 7: (columns - 1 - c, rows - 1 - r)
          default: (columns - 1 - c, r)
          }
        return numbers.values[y * numbers.width + x]
      }
      return ForeignTIFF(height: rows, width: columns).with { $0.orientation = orientation }.file([stored])
    }
  }

  /// Pages beside which there is something that is no page.
  static let tiffStacks: [Storage] = [
    tiff("uint8", "a thumbnail and a mask beside it") { n in
      foreign(n) { $0.subfiles = [1, 0, 4] }
        .file([n.values.map { 15 - $0 }, n.values, n.values.map { _ in 1 }])
    },
    tiff("uint8", "ImageJ") { n in
      foreign(n) { $0.description = "ImageJ=1.54f\nmin=0.0\nmax=15.0\n" }.file([n.values])
    },
    tiff("uint16", "tifffile") { n in
      foreign(n) { ($0.bits, $0.description) = (16, "{\"shape\": [1, \(n.height), \(n.width)]}") }
        .file([n.values])
    },
    tiff("uint8", "OME") { n in
      foreign(n) {
        $0.description = """
          <?xml version="1.0"?><OME xmlns="x"><Image ID="Image:0"><Pixels DimensionOrder="XYZCT" SizeX="\(n.width)" \
          SizeY="\(n.height)" SizeC="1" SizeZ="1" SizeT="1" Type="uint8"><TiffData/></Pixels></Image></OME>
          """
      }.file([n.values])
    },
  ]

  /// Each number so many times, and then alpha.
  static func repeated(_ numbers: Numbers, _ times: Int, alpha: Int? = nil) -> [Int] {
    numbers.values.flatMap { [Int](repeating: $0, count: times) + (alpha.map { [$0] } ?? []) }
  }
}
