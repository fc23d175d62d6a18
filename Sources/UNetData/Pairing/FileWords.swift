import UNetImages

/// Words of names that say what a file is, not of which picture it is.
package enum FileWords {
  /// Of labels: `cell_mask.tif`, `mask_cell.tif`, and a folder `masks`.
  static let labels: Set<String> = [
    "mask", "masks", "label", "labels", "labelled", "labeled", "seg", "segs", "segmentation", "segmentations",
    "gt",
    "ground", "groundtruth", "truth", "annotation", "annotations", "annotated", "target", "targets", "cp",
    "labelstr",
    "labelsts", "instance",
  ]
  /// Of images: `cell_img.tif`, and a folder `images`.
  static let images: Set<String> = [
    "img", "imgs", "image", "images", "raw", "im", "imagestr", "imagests", "input", "inputs", "ome",
  ]
  /// All of them, and what `unet segment` adds to a name.
  static let all = labels.union(images).union(ResultName.words)

  /// Those of the folders of these names, side by side, that hold labels: `masks` beside `images`.
  package static func labelFolders(_ names: [String]) -> [String] {
    guard names.contains(where: { images.contains($0.lowercased()) }) else { return [] }
    return names.filter { labels.contains($0.lowercased()) }
  }

  /// Whether a word, in whatever letters, says what a file is.
  static func say(_ word: some StringProtocol) -> Bool { all.contains(word.lowercased()) }
}
