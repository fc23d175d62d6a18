import UNetFiles

/// Names of the results of a segmentation: `t007-labels.png` of the image `t007.tif`.
package enum ResultName {
  /// What stands behind the image's name and a hyphen.
  package static let words = ["probabilities", "labels", "instances", "logits", "overlay"]

  /// Those of `paths` that are called as results of others of them.
  package static func results(among paths: [String]) -> Set<String> {
    let images = Set(paths.map(Path.stem))
    return Set(paths.filter { image(of: $0).map(images.contains) == true })
  }

  /// Whether a file is called as a result, or as one of masks (`mask007`), and says that this program wrote it.
  package static func isOwn(_ path: String) -> Bool {
    let parts = runs(Path.stem(path))
    let isMask = parts.count == 2 && parts[0] == "mask" && isNumber(parts[1])
    return (isMask || image(of: path) != nil) && PageFile.isOwn(path)
  }

  /// The name, without its ending, of the image whose result `path` is called as; nil where it is called otherwise.
  package static func image(of path: String) -> String? {
    let stem = Path.stem(path)
    return words.first { stem.hasSuffix("-\($0)") }.map { String(stem.dropLast($0.count + 1)) }
  }
}
