import UNetFiles

/// The SHA-256 of a whole `safetensors` file in the file's own metadata; it is that of the file with zeros in its place.
enum FileSeal {
  static let key = "sha256"
  static let blank = String(repeating: "0", count: 64)

  /// Where the 64 digits stand in a header's text; nil where there are none.
  static func place(in header: [UInt8]) -> Range<Int>? {
    let start = Array("\"\(key)\":\"".utf8)
    guard let at = header.firstRange(of: start) else { return nil }
    let digits = at.upperBound..<at.upperBound + blank.utf8.count
    return digits.upperBound < header.count ? digits : nil
  }

  /// The digest of a file whose header is that long, with zeros for these digits of the header.
  /// - Throws: `FileError`.
  static func digest(of file: FileReader, header: [UInt8], without digits: Range<Int>) throws -> String {
    let digest = SHA256()
    digest.update(try file.bytes(at: 0, count: 8))
    digest.update(Array(header[..<digits.lowerBound] + Array(blank.utf8) + header[digits.upperBound...]))
    try digest.update(file, from: 8 + header.count)
    return digest.finish()
  }
}
