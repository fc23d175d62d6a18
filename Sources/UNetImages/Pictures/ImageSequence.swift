import UNetFiles

/// The files of pictures that one path names: a file, a glob such as `frames/*.tif`, or a folder.
package enum ImageSequence {
  /// What a path names.
  package struct Found: Sendable {
    /// The files in natural order (`t2` before `t10`).
    package let files: [String]
    /// Whether they were named together by a folder or a glob.
    package let isSequence: Bool
    /// What is there besides and is not read, in natural order.
    package let leftOut: [LeftOut]
  }

  /// What is in a folder, or fits a pattern, and is not read.
  package struct LeftOut: Sendable, Equatable {
    /// Why.
    package enum Reason: String, Sendable, Equatable {
      /// A pipe, a socket or a device.
      case notRegular = "not a file on a disk"
      /// A link to nothing.
      case danglingLink = "a link to nothing"
      /// An NPY file of anything but numbers.
      case objects = "Python objects, no array of numbers"
      /// Its name is no text in UTF-8.
      case unreadableName = "named in letters that are not UTF-8"
      /// Its name is not that of an image, or of none that is wanted.
      case otherKind = "of another kind"
      /// What a segmentation of one of the images has written.
      case result = "a result of an earlier segmentation"
      /// The same of labels, beside those of their images.
      case resultOfLabels = "a segmentation of the labels"
      /// An image where labels are meant.
      case image = "an image"
      /// Its folder, such as `images`, lies in one that has images of its own.
      case belowImages = "in a folder below other images"
      /// Labels of other images.
      case labels = "labels of images"
    }

    /// The path, with U+FFFD for what is not UTF-8.
    package let path: String
    /// Why it is left out.
    package let reason: Reason

    package init(path: String, reason: Reason) { (self.path, self.reason) = (path, reason) }
  }

  /// The files that `pattern` names, and what is left out of a folder or a glob.
  /// - Throws: `DataError` where nothing is left to be read.
  package static func found(_ pattern: String) throws -> Found {
    switch Files.kind(pattern) {
    case .folder where ImageFile.isFolder(pattern):
      return Found(files: [pattern], isSequence: false, leftOut: [])
    case .folder: return try notEmpty(contents(of: pattern), pattern)
    case .regular, .special: return Found(files: [pattern], isSequence: false, leftOut: [])
    case .danglingLink: throw DataError(pattern, "is a link to nothing: mend the link")
    case nil: break
    }
    guard pattern.contains(where: { "*?[".contains($0) }) else {
      let isText = !pattern.isInOtherLetters
      throw DataError(
        pattern, isText ? "does not exist: check the name" : "has a name that is not in UTF-8: rename it")
    }
    let found = try sorted(Files.matching(pattern))
    guard !found.files.isEmpty || !found.leftOut.isEmpty else {
      guard let deep = pattern.range(of: "**") else {
        throw DataError(pattern, "matches no file: check the pattern")
      }
      let folder = Path.folder(of: String(pattern[..<deep.lowerBound]) + "x")
      throw DataError(
        pattern,
        "matches no file: ** means no more than *; name the folder \(folder), which has all that lies below it"
      )
    }
    return try notEmpty(found, pattern)
  }

  /// The images in a folder, not in those within it, and what is left out; there may be none.
  /// - Throws: `FileError`.
  package static func contents(of folder: String) throws -> Found {
    let images = try Files.names(in: folder).filter { !$0.hasPrefix(".") && ImageFile.isNamed($0) }
    return sorted(images.map { Path.join(folder, $0) })
  }

  /// The files of a folder that are named neither as images nor as texts, in no order.
  /// - Throws: `FileError`.
  package static func others(in folder: String) throws -> [LeftOut] {
    try Files.names(in: folder).filter { name in
      !name.hasPrefix(".") && !ImageFile.isNamed(name) && !unremarkable.contains(Path.ending(name))
    }.map { Path.join(folder, $0) }.filter { !Files.isFolder($0) }
      .map { LeftOut(path: $0, reason: .otherKind) }
  }

  /// Endings of texts, models, and of what systems leave in folders.
  private static let unremarkable: Set<String> = [
    "", "csv", "db", "html", "ini", "json", "log", "md", "pdf", "safetensors", "tsv", "txt", "xml", "yaml",
    "yml",
  ]

  /// What can be read of `paths`, and what cannot; folders are neither.
  private static func sorted(_ paths: [String]) -> Found {
    var files: [String] = []
    var leftOut: [LeftOut] = []
    for path in paths.sorted(by: precedes) {
      switch Files.kind(path) {
      case .regular where Path.ending(path) == "npy" && NPYCodec.holdsObjects(path):
        leftOut.append(LeftOut(path: path, reason: .objects))
      case .regular: files.append(path)
      case .folder where ImageFile.isFolder(path): files.append(path)
      case .folder: break
      case .special: leftOut.append(LeftOut(path: path, reason: .notRegular))
      case .danglingLink: leftOut.append(LeftOut(path: path, reason: .danglingLink))
      case nil: leftOut.append(LeftOut(path: path, reason: .unreadableName))
      }
    }
    return Found(files: files, isSequence: true, leftOut: leftOut)
  }

  private static func notEmpty(_ found: Found, _ pattern: String) throws -> Found {
    guard found.files.isEmpty else { return found }
    let other = found.leftOut.first.map { " (\(Path.name($0.path)) is \($0.reason.rawValue))" } ?? ""
    throw DataError(pattern, "holds no \(ImageFile.formats) image\(other): give another folder")
  }
}
