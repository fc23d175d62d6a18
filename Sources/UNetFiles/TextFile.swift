/// Text files as a whole.
package enum TextFile {
  /// More than any experiment or log needs: guards against a picture given by mistake.
  package static let longest = 16 << 20

  /// The text of `path`, in UTF-8 or, where it begins with a byte order mark of that, UTF-16; without the mark.
  ///
  /// - Throws: `FileError`, `TextError`.
  package static func read(_ path: String) throws -> String {
    let file = try FileReader(path)
    guard file.size <= longest else { throw TextError(path: path, isTooLong: true) }
    let bytes = try file.bytes(at: 0, count: file.size)
    guard let text = text(bytes) else { throw TextError(path: path, isTooLong: false) }
    return text
  }

  private static func text(_ bytes: [UInt8]) -> String? {
    switch (bytes.first, bytes.dropFirst().first) {
    case (0xFF, 0xFE): utf16(bytes) { UInt16($0) | UInt16($1) << 8 }
    case (0xFE, 0xFF): utf16(bytes) { UInt16($0) << 8 | UInt16($1) }
    default:
      String(validating: bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0), as: UTF8.self)
    }
  }

  /// The text behind a mark, as PowerShell writes it.
  private static func utf16(_ bytes: [UInt8], _ unit: (UInt8, UInt8) -> UInt16) -> String? {
    guard bytes.count.isMultiple(of: 2) else { return nil }
    let units = stride(from: 2, to: bytes.count, by: 2).map { unit(bytes[$0], bytes[$0 + 1]) }
    return String(validating: units, as: UTF16.self)
  }
}

/// A file that holds no text, or more than any text has.
package struct TextError: Error, Equatable, CustomStringConvertible {
  /// The file, as the caller named it.
  package let path: String
  /// Whether it has more than `TextFile.longest` bytes, and was not read.
  package let isTooLong: Bool
  /// What is wrong with it.
  package var problem: String {
    isTooLong ? "has more than \(TextFile.longest >> 20) MiB" : "is not a text in UTF-8"
  }
  /// One sentence with the remedy.
  package var description: String { "\(path) \(problem): give a text file" }
}
