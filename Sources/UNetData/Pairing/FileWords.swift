/// Words of names that say what a file is, not of which picture it is.
enum FileWords {
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
  /// What `unet segment` adds to a name.
  static let results: Set<String> = ["probabilities", "instances", "logits", "overlay"]

  /// All of them.
  static let all = labels.union(images).union(results)

  /// Whether a word, in whatever letters, says what a file is.
  static func say(_ word: some StringProtocol) -> Bool { all.contains(word.lowercased()) }
}
