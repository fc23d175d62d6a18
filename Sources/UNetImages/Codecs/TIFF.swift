import CImageFiles

/// TIFF: 8 and 16 bit whole numbers and 32 bit floats, either byte order, any compression libtiff knows, strips or tiles,
/// grey or RGB, any number of pages.
struct TIFFCodec: ImageCodec {
  let name = "TIFF"
  let endings = ["tif", "tiff"]
  let isExact = true
  let isWritten = true

  func matches(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: Array("II".utf8)) || bytes.starts(with: Array("MM".utf8))
  }

  func decode(_ bytes: [UInt8], of path: String) throws -> [Image] {
    var bytes = bytes
    return try bytes.withUnsafeMutableBufferPointer { bytes in
      var file = MemoryFile(bytes: bytes.baseAddress, count: bytes.count, capacity: bytes.count, position: 0)
      return try withUnsafeMutablePointer(to: &file) { file in
        guard let tiff = tiffOpenToRead(file) else {
          throw DataError(path, "is not a TIFF image, or is damaged: \(Self.complaint)")
        }
        defer { TIFFClose(tiff) }
        return try pages(tiff, UnsafeRawBufferPointer(bytes), of: path)
      }
    }
  }

  private func pages(
    _ tiff: OpaquePointer, _ bytes: UnsafeRawBufferPointer, of path: String
  ) throws -> [Image] {
    var images: [Image] = []
    while true {
      do {
        images.append(try TIFFPage(tiff, fileBytes: bytes.count).image())
      } catch let error as PageError {
        throw DataError(path, "page \(images.count): \(error.problem)")
      }
      if TIFFLastDirectory(tiff) != 0 {
        guard directoryEnd(in: bytes, at: TIFFCurrentDirOffset(tiff)) <= bytes.count else {
          throw DataError(path, "is damaged after page \(images.count - 1): it ends too early")
        }
        return images
      }
      tiffForgetErrors()
      guard TIFFReadDirectory(tiff) == 1 else {
        throw DataError(path, "is damaged after page \(images.count - 1): \(Self.complaint)")
      }
    }
  }

  /// Where a directory ends, the link to the next one included.
  ///
  /// libtiff takes a link that is cut off for the end of the file, and a truncated stack would lose pages unnoticed.
  private func directoryEnd(in bytes: UnsafeRawBufferPointer, at offset: UInt64) -> Int {
    let isBig = bytes[0] == 0x49 ? bytes[2] == 43 : bytes[3] == 43
    let size = isBig ? 8 : 2
    guard offset <= UInt64(bytes.count - size) else { return .max }
    let digits = bytes[Int(offset)..<Int(offset) + size]
    let count = (bytes[0] == 0x49 ? digits.reversed() : Array(digits)).reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    guard count <= UInt64(bytes.count) else { return .max }
    return Int(offset) + size + Int(count) * (isBig ? 20 : 12) + (isBig ? 8 : 4)
  }

  /// What libtiff said last.
  static var complaint: String {
    // Some begin with the file's name, which memory has none of.
    let text = String(cString: tiffError()).drop { ": ".contains($0) }
    return text.isEmpty ? "it ends too early" : String(text)
  }
}
