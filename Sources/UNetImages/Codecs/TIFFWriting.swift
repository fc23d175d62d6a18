import CImageFiles
import Glibc

extension TIFFCodec {
  /// A stack of pages as TIFF.
  func encode(
    _ images: [Image], _ compression: ImageFile.Compression, for path: String,
    _ take: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var file = MemoryFile()
    defer { free(file.bytes) }
    try withUnsafeMutablePointer(to: &file) { file in
      guard let tiff = tiffOpenToWrite(file) else { throw unwritten(path) }
      defer { TIFFClose(tiff) }
      for image in images { try append(image, to: tiff, of: path, compression) }
    }
    try take(UnsafeRawBufferPointer(start: file.bytes, count: file.count))
  }
}

private func append(
  _ image: Image, to tiff: OpaquePointer, of path: String, _ compression: ImageFile.Compression
)
  throws
{
  let colour = image.channels == 3
  let rows = max(1, (1 << 16) / max(1, image.width * image.channels * image.format.bits / 8))
  let fields =
    [
      (TIFFTAG_IMAGEWIDTH, image.width), (TIFFTAG_IMAGELENGTH, image.height),
      (TIFFTAG_SAMPLESPERPIXEL, image.channels), (TIFFTAG_BITSPERSAMPLE, image.format.bits),
      (TIFFTAG_SAMPLEFORMAT, Int(image.format == .float32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT)),
      (TIFFTAG_PHOTOMETRIC, Int(colour ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK)),
      (TIFFTAG_PLANARCONFIG, Int(PLANARCONFIG_CONTIG)), (TIFFTAG_ROWSPERSTRIP, rows),
    ] + compression.fields(image.format)
  for (tag, value) in fields where tiffSet(tiff, UInt32(tag), UInt32(value)) != 1 { throw unwritten(path) }
  if !colour && image.channels > 1 && tiffSetExtraSamples(tiff, Int32(image.channels - 1)) != 1 {
    throw unwritten(path)
  }
  var samples = image.format.bytes(image.pixels)
  let strip = rows * image.width * image.channels * image.format.bits / 8
  let total = samples.count
  try samples.withUnsafeMutableBytes { samples in
    for (number, start) in stride(from: 0, to: total, by: strip).enumerated() {
      let size = min(strip, total - start)
      let data = samples.baseAddress.map { $0 + start }
      guard TIFFWriteEncodedStrip(tiff, UInt32(number), data, tmsize_t(size)) == size else {
        throw unwritten(path)
      }
    }
  }
  guard TIFFWriteDirectory(tiff) == 1 else { throw unwritten(path) }
}

extension ImageFile.Compression {
  /// The tags that choose it.
  fileprivate func fields(_ format: Image.Format) -> [(Int32, Int)] {
    switch self {
    case .deflate:
      [
        (TIFFTAG_COMPRESSION, Int(COMPRESSION_ADOBE_DEFLATE)), (TIFFTAG_ZIPQUALITY, 4),
        (TIFFTAG_PREDICTOR, Int(format == .float32 ? PREDICTOR_NONE : PREDICTOR_HORIZONTAL)),
      ]
    case .lzw: [(TIFFTAG_COMPRESSION, Int(COMPRESSION_LZW))]
    }
  }
}

private func unwritten(_ path: String) -> DataError {
  DataError(path, "cannot be written: \(String(cString: tiffError()))")
}
