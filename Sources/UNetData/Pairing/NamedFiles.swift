import UNetFiles
import UNetImages

/// The files that a path means: a file, a glob such as `frames/*.tif`, or a folder; a folder or glob that leads to
/// folders alone means the images below them.
package struct NamedFiles: Sendable {
  /// The path, as it was given.
  let pattern: String
  /// In natural order.
  let files: [FileName]
  /// Whether they were named together.
  let isSequence: Bool
  /// Files beside them that are no images, in natural order: not those that are hidden, a system's own, or texts.
  let others: [String]

  /// The paths of the files that `pattern` means, `areLabels`: where there are several, those alone whose format keeps
  /// every value.
  /// - Throws: `DataError` where there are none; `FileError`.
  package static func paths(_ pattern: String, areLabels: Bool = false) throws -> [String] {
    try NamedFiles(pattern, areLabels: areLabels).files.map(\.path)
  }

  init(_ pattern: String, areLabels: Bool) throws {
    self.pattern = pattern
    let folders = Self.folders(pattern)
    guard !folders.isEmpty else {
      let found = try ImageSequence.found(pattern)
      let root = Self.fixedFolder(of: pattern)
      files = found.files.map {
        found.isSequence ? FileName($0, below: root) : FileName($0, stem: Path.stem($0))
      }
      (isSequence, others) = (found.isSequence, found.leftOut.map(\.path))
      return
    }
    var (images, others): ([String], [String]) = ([], [])
    for folder in folders {
      let direct = try Self.sorted(folder)
      others += direct.others
      images += direct.images
      // What lies below a folder of images are previews and the like.
      guard direct.images.isEmpty else { continue }
      let below = try Self.below(folder, depth: 4)
      others += below.others
      images += below.images
    }
    let exact = images.filter { file in !areLabels || Self.isExact(file) }
    if !exact.isEmpty, exact.count < images.count {
      others += images.filter { !Self.isExact($0) }
      images = exact
    }
    guard !images.isEmpty else {
      throw DataError(pattern, "holds no \(ImageFile.formats) image: give another folder")
    }
    let root = Files.isFolder(pattern) ? pattern : Self.fixedFolder(of: pattern)
    files = images.sorted(by: precedes).map { FileName($0, below: root) }
    (isSequence, self.others) = (true, others.sorted(by: precedes))
  }

  /// These files of the same path.
  func with(_ files: [FileName]) -> NamedFiles {
    NamedFiles(pattern: pattern, files: files, isSequence: isSequence, others: others)
  }

  private init(pattern: String, files: [FileName], isSequence: Bool, others: [String]) {
    (self.pattern, self.files, self.isSequence, self.others) = (pattern, files, isSequence, others)
  }
}

// MARK: - Folders

extension NamedFiles {
  /// The folder that `pattern` names, or those that it matches where it matches no file.
  private static func folders(_ pattern: String) -> [String] {
    if Files.isFolder(pattern) { return [pattern] }
    guard !Files.exists(pattern) else { return [] }
    let found = Files.matching(pattern)
    return found.allSatisfy(Files.isFolder) ? found : []
  }

  /// The part of a glob before its first placeholder, up to a folder's end: `frames/` of `frames/*.tif`.
  private static func fixedFolder(of pattern: String) -> String {
    let fixed = pattern.prefix { !"*?[".contains($0) }
    return fixed.lastIndex(of: "/").map { String(fixed[...$0]) } ?? ""
  }

  private static func below(_ folder: String, depth: Int) throws -> (images: [String], others: [String]) {
    guard depth > 0 else { return ([], []) }
    var found: (images: [String], others: [String]) = ([], [])
    for name in try Files.names(in: folder).sorted(by: precedes) where !name.hasPrefix(".") {
      let inner = Path.join(folder, name)
      guard Files.isFolder(inner) else { continue }
      for part in [try sorted(inner), try below(inner, depth: depth - 1)] {
        found.images += part.images
        found.others += part.others
      }
    }
    return found
  }

  /// What lies in a folder, folders and hidden files left out.
  private static func sorted(_ folder: String) throws -> (images: [String], others: [String]) {
    let files = try Files.names(in: folder).filter { !$0.hasPrefix(".") }.map { Path.join(folder, $0) }
      .filter { !Files.isFolder($0) }
    let images = files.filter { ImageFile.isNamed($0) && Files.isFile($0) }
    let known = Set(images)
    let others = files.filter { !known.contains($0) && !unremarkable.contains(Path.ending($0)) }
    return (images, others)
  }

  /// Endings of texts and of what systems leave in folders.
  private static let unremarkable: Set<String> = [
    "", "csv", "db", "html", "ini", "json", "log", "md", "pdf", "tsv", "txt", "xml", "yaml", "yml",
  ]

  private static func isExact(_ file: String) -> Bool {
    ImageFile.codecs.contains { $0.isExact && $0.endings.contains(Path.ending(file)) }
  }
}
