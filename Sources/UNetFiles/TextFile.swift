/// Text files as a whole.
package enum TextFile {
  /// More than any experiment or log needs: guards against a picture given by mistake.
  package static let longest = 16 << 20

  /// The text of `path`, in UTF-8, without the byte order mark that some editors put before it.
  ///
  /// - Throws: `FileError`, `TextError`.
  package static func read(_ path: String) throws -> String {
    let file = try FileReader(path)
    guard file.size <= longest else { throw TextError(path: path, isTooLong: true) }
    let bytes = try file.bytes(at: 0, count: file.size)
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard let text = String(validating: bytes.dropFirst(bytes.starts(with: mark) ? 3 : 0), as: UTF8.self)
    else { throw TextError(path: path, isTooLong: false) }
    return text
  }
}

/// A file that holds no text, or more than any text has.
package struct TextError: Error, Equatable, CustomStringConvertible {
  /// The file, as the caller named it.
  package let path: String
  /// Whether it has more than `TextFile.longest` bytes, and was not read.
  package let isTooLong: Bool
  /// One sentence with the remedy.
  package var description: String {
    isTooLong
      ? "\(path) has more than \(TextFile.longest >> 20) MiB: give a text file"
      : "\(path) is not a text in UTF-8: give a text file"
  }
}
