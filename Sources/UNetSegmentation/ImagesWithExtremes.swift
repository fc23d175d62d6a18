import UNetFiles
import UNetImages
import UNetPrediction

/// The images in which a few values take nearly all contrast, as far as they are known.
struct ImagesWithExtremes {
  private let matters: Bool
  private var files: [String] = []
  private var first: ExtremeValues?

  /// Extreme values matter where one of these normalises by mean and deviation.
  init(_ models: [Model]) { matters = models.contains { $0.preparation.normalisation == .meanDeviation } }

  /// Looks at a page of `file`.
  mutating func look(at page: some ImageRows, of file: String) {
    guard matters, files.last != file, let extremes = ExtremeValues(page) else { return }
    first = first ?? extremes
    files.append(file)
  }

  /// What a person should know of them; nil where there are none.
  var note: String? {
    guard let first else { return nil }
    let names = files.prefix(3).map(Path.name).joined(separator: ", ") + (files.count > 3 ? ", ..." : "")
    return
      "in \(files.count == 1 ? "1 image" : "\(files.count) images") \(first.words) take nearly all contrast: \(names); "
      + "mend these pixels, or train with data.normalisation: percentile"
  }
}
