import UNetFiles
import UNetSegmentation

/// An image that was uploaded and segmented.
final class StoredImage {
  /// The first digits of the SHA-256 of the upload.
  let id: String
  /// What its results are called by; letters and digits of any language, `-` and `_` alone.
  let name: String
  private let upload: Upload
  let file: SegmentedFile

  init(_ upload: Upload, name: String, file: SegmentedFile) {
    (self.upload, self.name, self.file) = (upload, name, file)
    id = upload.id
  }

  /// Bytes of the disk.
  var bytes: Int { upload.size + file.bytes }

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
      let isPlain = scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
      return isPlain || scalar == "-" || scalar == "_" ? Character(scalar) : "_"
    }
    // Names have at most 255 bytes, and more stands behind this one.
    var name = ""
    for letter in kept where name.utf8.count + letter.utf8.count <= 120 { name.append(letter) }
    return name.contains { $0 != "_" } ? name : "image"
  }
}
