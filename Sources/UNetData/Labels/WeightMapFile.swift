import UNetFiles
import UNetImages
import UNetNumerics

/// Weight maps of labels, to be looked at or used elsewhere: `unet weight-map`.
package enum WeightMapFile {
  /// Writes a float32 page for each page of `labels`, a file, a glob or a folder; all as training would see them.
  /// - Returns: the number of pages.
  /// - Throws: `DataError` that names the file; `OutputError` where `path` is one of the labels, or is there and not to
  ///   be overwritten.
  package static func write(
    _ labels: String, kind: LabelKind, _ options: WeightMapOptions, to path: String, overwrite: Bool = false
  ) throws -> Int {
    try Outputs(of: ImageSequence.files(labels), overwrite: overwrite).check([path])
    let pages = try ImageSequence.read(labels, isLabels: true)
    let annotations = try pages.map { page in
      try Annotation(page.image, kind: kind, classes: 255, gap: options.gap, file: page.file)
    }
    guard annotations.contains(where: \.hasCell) else {
      throw DataError(labels, "holds labels with no cell: give labels that are not 0 everywhere")
    }
    let maps = try concurrentMap(annotations) { annotation in
      Image(
        height: annotation.height, width: annotation.width, format: .float32,
        pixels: try weightMap(annotation, options))
    }
    try ImageFile.write(maps, to: path)
    return maps.count
  }
}
