import UNetFiles
import UNetImages
import UNetNumerics

/// Weight maps of labels, to be looked at or used elsewhere: `unet weight-map`.
package struct WeightMapFile: Sendable {
  private let pages: [Page<LabelImage>]
  private let border: Border
  private let options: WeightMapOptions
  /// What the labels were taken for, and what said so.
  package let kind: LabelKind, reason: String
  /// What is odd about the labels.
  package let notes: [String]

  /// Those of `labels`, a file, a glob or a folder; all as training would see them.
  /// `kind`: what the labels mean; nil for what their numbers say.
  /// - Throws: `DataError` that names the file.
  package init(_ labels: String, kind: LabelKind?, border: Border = .zero, _ options: WeightMapOptions) throws
  {
    pages = try NamedFiles.paths(labels, areLabels: true).flatMap { try ImageSequence.labels(of: $0) }
    (self.border, self.options) = (border, options)
    var survey = LabelSurvey()
    for page in pages { survey.add(page.image, file: page.file, page: page.number) }
    (self.kind, reason) = try kind.map { ($0, "as given") } ?? survey.kind()
    notes = try survey.check(self.kind, border: border)
    guard pages.contains(where: { meaning.hasCell($0.image) }) else {
      throw DataError(labels, "holds labels with no cell: give labels that are not 0 everywhere")
    }
  }

  private var meaning: Dataset.Meaning { Dataset.Meaning(kind, border: border, classes: 255) }

  /// Writes a float32 page for each page of labels.
  /// - Returns: how many.
  /// - Throws: `OutputError` where `path` is one of the labels, or is there and not to be overwritten; `DataError`;
  ///   `FileError`.
  package func write(to path: String, overwrite: Bool) throws -> Int {
    try Outputs(of: pages.map(\.file), overwrite: overwrite).check([path])
    let maps = try concurrentMap(pages) { page in
      let annotation = try Annotation(page.image, meaning, gap: options.gap, file: page.file)
      return Image(
        height: annotation.height, width: annotation.width, format: .float32,
        pixels: try weightMap(annotation, options))
    }
    try ImageFile.write(maps, to: path)
    return maps.count
  }
}
