import UNetFiles

/// Names of the results of a segmentation: `t007-labels.png` of the image `t007.tif`.
package enum ResultName {
  /// What stands behind the image's name and a hyphen.
  package static let words = ["probabilities", "labels", "instances", "logits", "overlay"]

  /// The name, without its ending, of the image whose result `path` is called as; nil where it is called otherwise.
  package static func image(of path: String) -> String? {
    let stem = Path.stem(path)
    return words.first { stem.hasSuffix("-\($0)") }.map { String(stem.dropLast($0.count + 1)) }
  }
}
