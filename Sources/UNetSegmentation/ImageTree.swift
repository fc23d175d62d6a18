import UNetData
import UNetFiles
import UNetImages

/// The images in folders and in the folders within them.
struct ImageTree {
  /// The images, by their path below the root, in natural order.
  private(set) var files: [SegmentationInputs.File] = []
  /// What is left out.
  private(set) var leftOut: [ImageSequence.LeftOut] = []
  private let root: String, output: String
  /// Folders that were walked, so that links among them are no circle.
  private var walked: Set<String> = []

  /// Walks `folders`, but not `output` where that lies within one; hidden files and folders are left out.  Images are named
  /// by their path below `root`, in which the folders lie.
  ///
  /// Results of earlier runs are left out, too, wherever they lie, and so are labels (`LabelNames`).
  /// - Throws: `DataError` where there is no image, `FileError`.
  init(_ folders: [String], root: String, output: String) throws {
    (self.root, self.output) = (root, Path.real(output))
    for folder in folders { try walk(folder) }
    files.sort { precedes($0.name, $1.name) }
    let named = ResultName.results(among: files.map(\.path))
    leaveOut(.result) { named.contains($0.path) || ResultName.isOwn($0.path) }
    let labels = LabelNames(files.map(\.name))
    leaveOut(.labels) { labels.isLabel($0.name) }
    guard !files.isEmpty else {
      let other = leftOut.first.map { " (\(Path.name($0.path)) is \($0.reason.rawValue))" } ?? ""
      throw DataError(
        folders[0],
        "holds no \(ImageFile.formats) image\(other), nor do the folders in it: give another folder")
    }
  }

  private mutating func walk(_ folder: String) throws {
    guard walked.insert(Path.real(folder)).inserted else { return }
    let found = try ImageSequence.contents(of: folder)
    files += found.files.map { .init(path: $0, name: Path.below(root, $0)) }
    leftOut += try found.leftOut + ImageSequence.others(in: folder)
    for name in try Files.names(in: folder) where !name.hasPrefix(".") {
      let path = Path.join(folder, name)
      if Files.isFolder(path), !ImageFile.isFolder(path), Path.real(path) != output { try walk(path) }
    }
  }

  private mutating func leaveOut(
    _ reason: ImageSequence.LeftOut.Reason, _ isLeftOut: (SegmentationInputs.File) -> Bool
  ) {
    let others = files.filter(isLeftOut)
    guard !others.isEmpty else { return }
    leftOut += others.map { .init(path: $0.path, reason: reason) }
    let paths = Set(others.map(\.path))
    files.removeAll { paths.contains($0.path) }
  }
}
