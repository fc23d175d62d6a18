import UNetFiles
import UNetImages

/// The images in a folder and in the folders within it.
struct ImageTree {
  /// The images, by their path below the root, in natural order.
  private(set) var files: [SegmentationInputs.File] = []
  /// What was left out though it looks like an image.
  private(set) var notes: [String] = []
  private let root: String, output: String
  /// Folders that were walked, so that links among them are no circle.
  private var walked: Set<String> = []
  private var leftOut: [ImageSequence.LeftOut] = []

  /// Walks `folder`, but not `output` where that lies within it; hidden files and folders are left out.  Images are named
  /// by their path below `root`, in which `folder` lies.
  ///
  /// Results that earlier runs have left beside their images, or elsewhere in the tree, are left out, too.
  /// - Throws: `DataError` where there is no image, `FileError`.
  init(_ folder: String, root: String, output: String) throws {
    (self.root, self.output) = (root, Path.real(output))
    try walk(folder)
    files.sort { precedes($0.name, $1.name) }
    leaveOutResults()
    notes += ImageSequence.note(of: leftOut)
    guard !files.isEmpty else {
      throw DataError(
        folder, "holds no \(ImageFile.formats) image, nor do the folders in it: give another folder")
    }
  }

  private mutating func walk(_ folder: String) throws {
    guard walked.insert(Path.real(folder)).inserted else { return }
    let found = try ImageSequence.contents(of: folder)
    files += found.files.map { .init(path: $0, name: Path.below(root, $0)) }
    leftOut += found.leftOut
    for name in try Files.names(in: folder) where !name.hasPrefix(".") {
      let path = Path.join(folder, name)
      if Files.isFolder(path) && Path.real(path) != output { try walk(path) }
    }
  }

  /// Leaves out what would be a result of another image of the tree, wherever results stand.
  private mutating func leaveOutResults() {
    var results = ResultName.results(among: files.map(\.path))
    if Path.real(root) == output {
      results.formUnion(files.flatMap { SegmentationOutput.masks.files(of: $0.name, in: root) })
    }
    let left = files.filter { results.contains($0.path) }
    guard let example = left.first else { return }
    files.removeAll { results.contains($0.path) }
    notes.append(
      left.count == 1
        ? "a result of an earlier run is left out: \(example.path)"
        : "\(left.count) results of an earlier run are left out, such as \(example.path)")
  }
}

extension ImageSequence {
  /// What a person should know of files that are left out: a line, or none.
  static func note(of leftOut: [LeftOut]) -> [String] {
    guard let first = leftOut.first else { return [] }
    let others =
      [1: "", 2: ", and so is another"][leftOut.count] ?? ", and so are \(leftOut.count - 1) others"
    return ["\(first.path) is \(first.reason.rawValue): it is left out\(others)"]
  }
}
