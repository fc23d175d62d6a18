import UNetFiles
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

  /// Those of the files of one folder that are called as labels of others of them: `cell_mask.png` beside `cell.tif`;
  /// and what Cellpose leaves beside these.
  package static func labelFiles(_ paths: [String]) -> [String] {
    let others: Set<String> = ["outlines", "flows"]
    func saysLabel(_ word: Substring) -> Bool {
      labels.contains(word.lowercased()) || others.contains(word.lowercased())
    }
    func picture(_ path: String) -> String {
      withoutWords(Path.stem(path)) { say($0) || saysLabel($0) }.lowercased()
    }
    func isLabel(_ path: String) -> Bool {
      let words = Path.stem(path).split(whereSeparator: isSeparator)
      return words.count > 1 && [words[0], words[words.count - 1]].contains(where: saysLabel)
    }
    let pictures = Set(paths.filter { !isLabel($0) }.map(picture))
    return paths.filter { isLabel($0) && pictures.contains(picture($0)) }
  }

  /// Whether a word, in whatever letters, says what a file is.
  static func say(_ word: some StringProtocol) -> Bool { all.contains(word.lowercased()) }
}
