import UNetFiles
import UNetSegmentation

/// An image that was uploaded and segmented.
final class StoredImage {
  /// The first digits of the SHA-256 of the upload.
  let id: String
  /// What its results are called by; letters, digits, `-` and `_` alone.
  let name: String
  /// The upload, in the server's folder.
  let path: String
  let file: SegmentedFile

  init(id: String, name: String, path: String, file: SegmentedFile) {
    (self.id, self.name, self.path, self.file) = (id, name, path, file)
  }

  deinit { Files.remove(path) }

  /// What a client is told of it.
  struct Description: Encodable, Sendable {
    let id: String, name: String
    let pages: [SegmentedFile.Page]
    let notes: [String]
  }

  var description: Description { .init(id: id, name: name, pages: file.pages, notes: file.notes) }

  /// What a client calls a file, as far as it is harmless in a name.
  static func safeName(_ text: String) -> String {
    let stem = Path.stem(text)
    let kept = stem.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      return isPlain || scalar == "-" || scalar == "_" ? Character(scalar) : "_"
    }.prefix(60)
    return kept.contains { $0 != "_" } ? String(kept) : "image"
  }
}
