import CImageFiles
import Foundation

/// TIFF files that libtiff writes, for what is too much to write byte by byte.
package enum LibTIFF {
  /// Compressions that keep every value, with the type of numbers and the predictor that goes before (1 none, 2 differences,
  /// 3 floats).
  private static let compressions: [(name: String, scheme: Int32, bits: Int, kind: Int, predictor: Int)] = [
    ("LZW", COMPRESSION_LZW, 8, 1, 1), ("LZW, differences", COMPRESSION_LZW, 16, 1, 2),
    ("deflate", COMPRESSION_ADOBE_DEFLATE, 8, 1, 1),
    ("deflate, differences", COMPRESSION_ADOBE_DEFLATE, 32, 1, 2),
    ("deflate, float differences", COMPRESSION_ADOBE_DEFLATE, 32, 3, 3),
    ("deflate of old", COMPRESSION_DEFLATE, 16, 2, 1), ("PackBits", COMPRESSION_PACKBITS, 8, 1, 1),
    ("LZMA", COMPRESSION_LZMA, 16, 1, 1), ("Zstandard", COMPRESSION_ZSTD, 64, 3, 3),
  ]

  static let storages: [Storage] =
    compressions.flatMap { compression in
      [nil, 32].map { tile in
        let type = NumberType.all.first { ($0.bits, $0.kind) == (compression.bits, compression.kind) }
        return Storage(
          "TIFF", type?.name ?? "", compression.name + (tile == nil ? "" : ", tiles"), ending: "tif", bits: 4
        ) { numbers in
          try file(
            numbers, type, compression.scheme, [TIFFTAG_PREDICTOR: compression.predictor], tile: tile,
            isBigEndian: tile != nil && compression.predictor < 3)
        }
      }
    }
    + [("CCITT group 3", COMPRESSION_CCITT_T4), ("CCITT group 4", COMPRESSION_CCITT_T6)].map { name, scheme in
      Storage("TIFF", "uint1", name, ending: "tif", bits: 1) {
        try file($0, NumberType.all.first, scheme, [:], tile: nil, isBigEndian: false)
      }
    }

  /// A colour picture `[H, W, 3]` as slide scanners store it: JPEG's colours, compressed by JPEG.
  package static func jpeg(height: Int, width: Int, _ colours: [UInt8]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    guard let tiff = TIFFOpen(folder("a.tif"), "w") else { throw LibTIFFLacks(COMPRESSION_JPEG) }
    let fields = [
      (TIFFTAG_IMAGEWIDTH, width), (TIFFTAG_IMAGELENGTH, height), (TIFFTAG_SAMPLESPERPIXEL, 3),
      (TIFFTAG_BITSPERSAMPLE, 8), (TIFFTAG_PHOTOMETRIC, Int(PHOTOMETRIC_YCBCR)),
      (TIFFTAG_ROWSPERSTRIP, height),
      (TIFFTAG_PLANARCONFIG, 1), (TIFFTAG_COMPRESSION, Int(COMPRESSION_JPEG)), (TIFFTAG_JPEGQUALITY, 98),
      (TIFFTAG_JPEGCOLORMODE, Int(JPEGCOLORMODE_RGB)),
    ]
    for (tag, value) in fields { _ = tiffSet(tiff, UInt32(tag), UInt32(value)) }
    var bytes = colours
    TIFFWriteEncodedStrip(tiff, 0, &bytes, tmsize_t(bytes.count))
    TIFFClose(tiff)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder("a.tif"))))
  }

  /// Grey pages of these sides, each of its place everywhere, in tiles of 16²; of slide scanners smaller copies of the first.
  package static func tiled(_ sides: [(height: Int, width: Int)]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    guard let tiff = TIFFOpen(folder("a.tif"), "w") else { throw LibTIFFLacks(COMPRESSION_NONE) }
    for (at, side) in sides.enumerated() {
      let fields = [
        (TIFFTAG_IMAGEWIDTH, side.width), (TIFFTAG_IMAGELENGTH, side.height), (TIFFTAG_BITSPERSAMPLE, 8),
        (TIFFTAG_PHOTOMETRIC, Int(PHOTOMETRIC_MINISBLACK)), (TIFFTAG_TILEWIDTH, 16), (TIFFTAG_TILELENGTH, 16),
      ]
      for (tag, value) in fields { _ = tiffSet(tiff, UInt32(tag), UInt32(value)) }
      var tile = [UInt8](repeating: UInt8(at), count: 256)
      for number in 0..<TIFFNumberOfTiles(tiff) { TIFFWriteEncodedTile(tiff, number, &tile, 256) }
      TIFFWriteDirectory(tiff)
    }
    TIFFClose(tiff)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder("a.tif"))))
  }

  private static func file(
    _ numbers: Storage.Numbers, _ type: NumberType?, _ compression: Int32, _ tags: [Int32: Int], tile: Int?,
    isBigEndian: Bool
  ) throws -> [UInt8] {
    guard let type, TIFFIsCODECConfigured(UInt16(compression)) == 1 else { throw LibTIFFLacks(compression) }
    let folder = try TemporaryFolder()
    let path = folder("a.tif")
    guard let tiff = TIFFOpen(path, isBigEndian ? "wb" : "wl") else { throw LibTIFFLacks(compression) }
    var fields: [(Int32, Int)] = [
      (TIFFTAG_IMAGEWIDTH, numbers.width), (TIFFTAG_IMAGELENGTH, numbers.height),
      (TIFFTAG_SAMPLESPERPIXEL, 1),
      (TIFFTAG_BITSPERSAMPLE, type.bits), (TIFFTAG_SAMPLEFORMAT, type.kind), (TIFFTAG_PHOTOMETRIC, 1),
      (TIFFTAG_COMPRESSION, Int(compression)),
    ]
    fields += tags.filter { $0.value > 1 }.map { ($0.key, $0.value) }
    fields += tile.map { [(TIFFTAG_TILEWIDTH, $0), (TIFFTAG_TILELENGTH, $0)] } ?? [(TIFFTAG_ROWSPERSTRIP, 9)]
    for (tag, value) in fields { _ = tiffSet(tiff, UInt32(tag), UInt32(value)) }
    write(numbers, type, to: tiff, tile: tile)
    TIFFClose(tiff)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private static func write(
    _ numbers: Storage.Numbers, _ type: NumberType, to tiff: OpaquePointer, tile: Int?
  ) {
    let (height, width) = (tile ?? 9, tile ?? numbers.width)
    var block = 0
    for top in stride(from: 0, to: numbers.height, by: height) {
      for left in stride(from: 0, to: numbers.width, by: width) {
        let rows = tile == nil ? min(height, numbers.height - top) : height
        var bytes = (top..<top + rows).flatMap { y in
          packed(
            (left..<left + width).map { x in
              y < numbers.height && x < numbers.width ? numbers.values[y * numbers.width + x] : 0
            }, type)
        }
        let size = tmsize_t(bytes.count)
        _ =
          tile == nil
          ? TIFFWriteEncodedStrip(tiff, UInt32(block), &bytes, size)
          : TIFFWriteEncodedTile(tiff, UInt32(block), &bytes, size)
        block += 1
      }
    }
  }

  /// The bytes of a row in this machine's order.
  private static func packed(_ values: [Int], _ type: NumberType) -> [UInt8] {
    guard type.bits == 1 else {
      return values.flatMap { value in
        withUnsafeBytes(of: type.pattern(value).littleEndian) { Array($0.prefix(type.bits / 8)) }
      }
    }
    return stride(from: 0, to: values.count, by: 8).map { start in
      (0..<8).reduce(0) { $0 << 1 | (start + $1 < values.count ? UInt8(values[start + $1]) : 0) }
    }
  }
}

/// libtiff was built without a compression.
struct LibTIFFLacks: Error {
  let compression: Int32
  init(_ compression: Int32) { self.compression = compression }
}
