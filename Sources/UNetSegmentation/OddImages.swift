import Foundation
import UNetData
import UNetFiles
import UNetImages
import UNetPrediction

/// The images that are unlike those of the training, or in which a few values take nearly all contrast, as far as they are
/// known.
struct OddImages {
  private enum Oddity: CaseIterable { case extremes, sparse, noise, pixels }
  private let seen: SeenImages
  private let normalisation: Normalisation
  private var found: [Oddity: (files: [String], words: String)] = [:]

  /// Compares with what the first of these has learnt from.
  init(_ models: [Model]) {
    seen = SeenImages(models[0].training)
    let normalisations = models.map(\.preparation.normalisation)
    normalisation = normalisations.first { $0 == .meanDeviation } ?? normalisations[0]
  }

  /// Looks at a page of `file`.
  mutating func look(at page: StoredPage, of file: String) {
    lookAtGreys(page.rows, of: file)
    guard let size = page.metadata.pixelSize, let usual = seen.pixelSize,
      !(0.8...1.25).contains(size / usual)
    else { return }
    note(.pixels, file, "\(text(size)) µm, those of the training \(text(usual)) µm")
  }

  private mutating func lookAtGreys(_ page: some ImageRows, of file: String) {
    guard normalisation != .none else { return }
    if normalisation == .meanDeviation, let extremes = ExtremeValues(page) {
      return note(.extremes, file, extremes.words)
    }
    guard let reach = seen.reach, let roughness = seen.roughness, let spread = GreySpread(page) else {
      return
    }
    if spread.reach > 2 * reach {
      note(
        .sparse, file,
        "\(text(spread.reach)) standard deviations from their mean, in the training's \(text(reach))")
    }
    // Noise that optics or compression have smoothed is not told from a picture.
    if spread.roughness > 1, roughness < 0.7 { note(.noise, file, "") }
  }

  private mutating func note(_ oddity: Oddity, _ file: String, _ words: String) {
    if found[oddity]?.files.last != file { found[oddity, default: ([], words)].files.append(file) }
  }

  /// What a person should know of them, a line for each kind.
  var notes: [String] {
    Oddity.allCases.compactMap { oddity in found[oddity].map { line(oddity, $0.files, $0.words) } }
  }

  private func line(_ oddity: Oddity, _ files: [String], _ words: String) -> String {
    let images = files.count == 1 ? "1 image" : "\(files.count) images"
    let names = files.prefix(3).map(Path.name).joined(separator: ", ") + (files.count > 3 ? ", ..." : "")
    return switch oddity {
    case .extremes:
      "in \(images) \(words) take nearly all contrast: \(names); mend these pixels, or train with "
        + "data.normalisation: percentile"
    case .sparse:
      "in \(images) grey values lie up to \(words): \(names); where a picture is empty but for a few things, cut "
        + "these out"
    case .noise:
      "in \(images) neighbouring pixels differ as any two, as in noise: \(names); what is found there may be nothing"
    case .pixels:
      "in \(images) pixels have \(words): \(names); resize images to the training's pixels"
    }
  }

  private func text(_ number: Double) -> String { String(format: "%.2g", number) }
}
