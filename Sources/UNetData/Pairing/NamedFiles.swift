import UNetFiles
import UNetImages

/// The files that a path means: a file, a glob such as `frames/*.tif`, or a folder; a folder or glob that leads to
/// folders alone means the images below them.
package struct NamedFiles: Sendable {
  /// The path, as it was given.
  let pattern: String
  /// In natural order.
  private(set) var files: [FileName]
  /// Whether they were named together.
  let isSequence: Bool
  /// What lies beside them and is not read; not what is hidden, a system's own, or a text.
  private var leftOut: [ImageSequence.LeftOut]

  /// The paths of the files that `pattern` means, `areLabels`: where there are several, those alone whose format keeps
  /// every value.
  /// - Throws: `DataError` where there are none; `FileError`.
  package static func paths(_ pattern: String, areLabels: Bool = false) throws -> [String] {
    try NamedFiles(pattern, areLabels: areLabels).files.map(\.path)
  }

  init(_ pattern: String, areLabels: Bool) throws {
    self.pattern = pattern
    let folders = try Self.folders(pattern)
    var found = try folders.flatMap { try Self.below($0, depth: 5) }
    // Of a folder without images this tells what is wrong.
    if found.isEmpty { found = [try ImageSequence.found(folders.first ?? pattern)] }
    isSequence = !folders.isEmpty || found[0].isSequence
    var files = found.flatMap(\.files)
    leftOut = found.flatMap(\.leftOut) + Self.hidden(below: Set(files.map(Path.folder)).subtracting(folders))
    if !folders.isEmpty {
      leftOut += try Set(files.map(Path.folder)).union(folders).flatMap(ImageSequence.others)
    }
    let exact = files.filter(Self.isExact)
    if areLabels, isSequence, !exact.isEmpty {
      leftOut += files.filter { !Self.isExact($0) }.map { .init(path: $0, reason: .otherKind) }
      files = exact
    }
    let root = Files.isFolder(pattern) ? pattern : String(Files.plainFolder(of: pattern))
    let isNamed = isSequence
    self.files = files.sorted(by: precedes).map {
      isNamed ? FileName($0, below: root) : FileName($0, stem: Path.stem($0))
    }
  }

  /// These files of the same path.
  func with(_ files: [FileName]) -> NamedFiles {
    NamedFiles(pattern: pattern, files: files, isSequence: isSequence, leftOut: leftOut)
  }

  private init(pattern: String, files: [FileName], isSequence: Bool, leftOut: [ImageSequence.LeftOut]) {
    (self.pattern, self.files, self.isSequence, self.leftOut) = (pattern, files, isSequence, leftOut)
  }

  /// Those of the files that are results of this program.
  var own: [FileName] { files.filter { ResultName.isOwn($0.path) } }

  /// Leaves out what is called as a result of one of the other files.
  mutating func leaveOutResults() {
    let results = ResultName.results(among: files.map(\.path))
    leaveOut(files.filter { results.contains($0.path) })
  }

  /// Leaves out these of the files.
  mutating func leaveOut(_ some: [FileName], _ reason: ImageSequence.LeftOut.Reason = .result) {
    let paths = Set(some.map(\.path))
    leftOut += some.map { .init(path: $0.path, reason: reason) }
    files.removeAll { paths.contains($0.path) }
  }

  /// Leaves out the pictures of folders such as `images`, where others lie in folders such as `masks`, and `cell.tif` beside
  /// `cell_mask.tif`.
  mutating func leaveOutImages() {
    let (others, masks) = parted(self)
    let names = masks.files.count < files.count ? Set(masks.files.map(\.bare)) : []
    let beside = Set(others.files.filter { names.contains($0.bare) }.map(\.path))
    let haveFolders = files.contains { !FileWords.labels.isDisjoint(with: $0.folderWords) }
    let isImage = { (file: FileName) in
      beside.contains(file.path)
        || haveFolders && FileWords.labels.isDisjoint(with: file.folderWords)
          && !FileWords.images.isDisjoint(with: file.folderWords)
    }
    leaveOut(files.filter(isImage), .image)
  }

  /// Leaves out the segmentations of the labels themselves, `cell_mask-instances.tif`, beside those of their images.
  mutating func leaveOutResults(of labels: NamedFiles) {
    let names = Set(labels.files.map { Path.name($0.stem) }.filter { withoutWords($0) != $0 })
    let isOfLabels = { (file: FileName) in ResultName.image(of: file.path).map(names.contains) == true }
    let others = Set(files.filter { !isOfLabels($0) }.map(\.bare))
    leaveOut(files.filter { isOfLabels($0) && others.contains($0.bare) }, .resultOfLabels)
  }

  /// What is said of an image of the name of `label` that is there and not read; nil where none is.
  func unread(like label: FileName) -> String? {
    let name = Path.name(label.bare)
    func isLike(_ path: String) -> Bool { withoutWords(Path.stem(path)).lowercased() == name }
    if let file = leftOut.first(where: { isLike($0.path) }) {
      let isOther = file.reason == .otherKind
      return "\(file.path) is \(file.reason.rawValue)\(isOther ? ": save it as \(ImageFile.formats)" : "")"
    }
    return inner.files.first { isLike($0.path) }.map {
      "\($0.path) lies in a folder below other images, and such are not read: put it beside them"
    }
  }

  /// The images in folders within the one that is named, which are not read where there are others beside these folders.
  var inner: NamedFiles {
    let names = (try? Files.isFolder(pattern) ? Files.names(in: pattern) : []) ?? []
    guard files.contains(where: { !$0.stem.contains("/") }) else { return with([]) }
    let folders = names.filter { !$0.hasPrefix(".") }.sorted(by: precedes).map { Path.join(pattern, $0) }
    let found = folders.filter(Files.isFolder).flatMap { (try? Self.below($0, depth: 4)) ?? [] }
    return with(found.flatMap(\.files).map { FileName($0, below: pattern) })
  }

  /// A line about what is left out; nil where nothing is.
  var note: String? { leftOut.note(of: pattern) }
}

// MARK: - Folders

extension NamedFiles {
  /// The folder that `pattern` names, or those that it matches where it matches no file.
  private static func folders(_ pattern: String) throws -> [String] {
    // OME-Zarr is a folder, and one image.
    if Files.isFolder(pattern) { return ImageFile.isFolder(pattern) ? [] : [pattern] }
    guard !Files.exists(pattern) else { return [] }
    let found = try Files.matching(pattern)
    return found.allSatisfy(Files.isFolder) ? found : []
  }

  /// The images of a folder; where there are none, those of the folders in it.  What lies below a folder of images are
  /// previews and the like.
  private static func below(_ folder: String, depth: Int) throws -> [ImageSequence.Found] {
    do { return [try ImageSequence.found(folder)] } catch is DataError {}
    guard depth > 0 else { return [] }
    let names = try Files.names(in: folder).filter { !$0.hasPrefix(".") }.sorted(by: precedes)
    return try names.map { Path.join(folder, $0) }.filter(Files.isFolder).flatMap {
      try below($0, depth: depth - 1)
    }
  }

  /// The images in folders such as `images` and `masks` below these, which are not read since these have images themselves.
  private static func hidden(below folders: Set<String>) -> [ImageSequence.LeftOut] {
    folders.sorted(by: precedes).flatMap { folder in
      let names = ((try? Files.names(in: folder)) ?? []).filter(FileWords.makeUp).sorted(by: precedes)
      return names.map { Path.join(folder, $0) }.filter(Files.isFolder).flatMap {
        ((try? ImageSequence.contents(of: $0).files) ?? []).map {
          ImageSequence.LeftOut(path: $0, reason: .belowImages)
        }
      }
    }
  }

  private static func isExact(_ file: String) -> Bool {
    ImageFile.codecs.contains { $0.isExact && $0.endings.contains(Path.ending(file)) }
  }
}
