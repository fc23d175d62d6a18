import UNetFiles
import UNetImages

/// Words of names that say what a file is, not of which picture it is.
enum FileWords {
  /// Of labels: `cell_mask.tif`, `mask_cell.tif`, and a folder `masks`.
  static let labels: Set<String> = [
    "mask", "masks", "label", "labels", "labelled", "labeled", "lbl", "lbls", "lab", "seg", "segs",
    "segmentation", "segmentations", "gt", "ground", "groundtruth", "truth", "annotation", "annotations",
    "annotated", "annot", "target", "targets", "cp", "labelstr", "labelsts", "instance",
  ]
  /// Those that may as well say what a picture shows.
  static let vagueLabels: Set<String> = ["target", "targets", "ground", "cp", "instance"]
  /// Of folders with a file for each object of an image.
  static let objects: Set<String> = ["mask", "masks", "objects"]
  /// Of images: `cell_img.tif`, and a folder `images`.
  static let images: Set<String> = [
    "img", "imgs", "image", "images", "raw", "im", "imagestr", "imagests", "input", "inputs", "ome",
    "picture", "pictures", "photo", "photos", "pic", "pics", "scan", "scans",
  ]
  /// All of them, and what `unet segment` adds to a name.
  static let all = labels.union(images).union(ResultName.words)

  /// Whether a word, in whatever letters, says what a file is.
  static func say(_ word: some StringProtocol) -> Bool { all.contains(word.lowercased()) }

  /// Whether a name consists of such words: `images`, `ground_truth`.
  static func makeUp(_ name: some StringProtocol) -> Bool {
    let words = name.split(whereSeparator: isSeparator)
    return !words.isEmpty && words.allSatisfy { say($0) }
  }
}
