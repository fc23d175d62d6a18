import UNetFiles
import UNetImages
import UNetNumerics

/// Weight maps of labels, to be looked at or used elsewhere: `unet weight-map`.
package struct WeightMapFile: Sendable {
  private let pages: [(file: String, labels: LabelImage)]
  private let meaning: Dataset.Meaning
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
    var survey = LabelSurvey()
    pages = try NamedFiles.paths(labels, areLabels: true).flatMap { file in
      try PageFile.labels(of: file).enumerated().map { number, labels in
        survey.add(labels, file: file, page: number)
        return (file: file, labels: labels)
      }
    }
    (self.kind, reason) = try kind.map { ($0, "as given") } ?? survey.kind()
    meaning = Dataset.Meaning(self.kind, border: border)
    self.options = options
    notes = try survey.check(meaning)
    try meaning.requireCell(survey)
  }

  /// Writes a float32 page for each page of labels.
  /// - Returns: how many.
  /// - Throws: `OutputError` where `path` is one of the labels, or is there and not to be overwritten; `DataError`;
  ///   `FileError`.
  package func write(to path: String, overwrite: Bool) throws -> Int {
    try Outputs(of: pages.map(\.file), overwrite: overwrite).check([path])
    let maps = try interruptibleMap(pages) { page in
      let annotation = try Annotation(page.labels, meaning, gap: options.gap, file: page.file)
      return Image(
        height: annotation.height, width: annotation.width, format: .float32,
        pixels: weightMap(annotation, options))
    }
    try ImageFile.write(maps, to: path, replacing: overwrite)
    return maps.count
  }
}
