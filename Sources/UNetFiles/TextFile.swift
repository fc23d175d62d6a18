/// Text files as a whole.
package enum TextFile {
  /// More than any experiment or log needs: guards against a picture given by mistake.
  package static let longest = 16 << 20

  /// The text of `path`, in UTF-8, without the byte order mark that some editors put before it.
  ///
  /// - Throws: `FileError`, `TextError`.
  package static func read(_ path: String) throws -> String {
    let file = try FileReader(path)
    guard file.size <= longest else { throw TextError(path: path) }
    let bytes = try file.bytes(at: 0, count: file.size)
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard let text = String(validating: bytes.dropFirst(bytes.starts(with: mark) ? 3 : 0), as: UTF8.self)
    else { throw TextError(path: path) }
    return text
  }
}

/// A file that holds no text.
package struct TextError: Error, Equatable, CustomStringConvertible {
  /// The file, as the caller named it.
  package let path: String
  /// One sentence with the remedy.
  package var description: String { "\(path) is not a text in UTF-8: give a text file" }
}
