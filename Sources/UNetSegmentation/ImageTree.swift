import UNetData
import UNetFiles
import UNetImages

/// The images in a folder and in the folders within it.
struct ImageTree {
  /// The images, by their path below the root, in natural order.
  private(set) var files: [SegmentationInputs.File] = []
  /// What is left out.
  private(set) var leftOut: [ImageSequence.LeftOut] = []
  private let root: String, output: String
  /// Folders that were walked, so that links among them are no circle.
  private var walked: Set<String> = []

  /// Walks `folder`, but not `output` where that lies within it; hidden files and folders are left out.  Images are named
  /// by their path below `root`, in which `folder` lies.
  ///
  /// Results that earlier runs have left beside their images, or elsewhere in the tree, are left out, too, and so are
  /// labels beside their images (`cell_mask.png` beside `cell.tif`) and folders of labels beside those of their images
  /// (`ID/masks` beside `ID/images`).
  /// - Throws: `DataError` where there is no image, `FileError`.
  init(_ folder: String, root: String, output: String) throws {
    (self.root, self.output) = (root, Path.real(output))
    try walk(folder)
    files.sort { precedes($0.name, $1.name) }
    leaveOutResults()
    leaveOutLabels()
    guard !files.isEmpty else {
      throw DataError(
        folder, "holds no \(ImageFile.formats) image, nor do the folders in it: give another folder")
    }
  }

  private mutating func walk(_ folder: String) throws {
    guard walked.insert(Path.real(folder)).inserted else { return }
    let found = try ImageSequence.contents(of: folder)
    files += found.files.map { .init(path: $0, name: Path.below(root, $0)) }
    leftOut += try found.leftOut + ImageSequence.others(in: folder)
    let folders = try Files.names(in: folder).filter {
      !$0.hasPrefix(".") && Files.isFolder(Path.join(folder, $0))
    }
    let labels = FileWords.labelFolders(folders)
    leftOut += labels.map { .init(path: Path.join(folder, $0), reason: .labels) }
    for path in folders.filter({ !labels.contains($0) }).map({ Path.join(folder, $0) })
    where Path.real(path) != output { try walk(path) }
  }

  /// Leaves out what would be a result of another image of the tree, wherever results stand.
  private mutating func leaveOutResults() {
    var results = ResultName.results(among: files.map(\.path))
    if Path.real(root) == output {
      results.formUnion(files.flatMap { SegmentationOutput.masks.files(of: $0.name, in: root) })
    }
    leftOut += files.map(\.path).filter(results.contains).map { .init(path: $0, reason: .result) }
    files.removeAll { results.contains($0.path) }
  }

  /// Leaves out what is called as labels of another image in its folder.
  private mutating func leaveOutLabels() {
    let folders = Dictionary(grouping: files.map(\.path), by: Path.folder)
    let labels = Set(folders.values.flatMap(FileWords.labelFiles))
    files.removeAll { labels.contains($0.path) }
    leftOut += labels.map { .init(path: $0, reason: .labelFile) }
  }
}
