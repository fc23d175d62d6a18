import Foundation
import UNetData
import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction

/// The images that have odd values, or are unlike those of the training as far as these are known.
struct OddImages {
  private enum Difference: CaseIterable { case sparse, noise, pixels }
  private let seen: SeenImages
  private let normalisation: Normalisation
  private var odd: [ImageOddity.Kind: (first: ImageOddity, files: [String])] = [:]
  private var unlike: [Difference: (words: String, files: [String])] = [:]

  /// Compares with what the first of these has learnt from.
  init(_ models: [Model]) {
    seen = SeenImages(models[0].training)
    let normalisations = models.map(\.preparation.normalisation)
    normalisation = normalisations.first { $0 == .meanDeviation } ?? normalisations[0]
  }

  /// Looks at a page of `file`, which is called with the page's number where it has several.
  mutating func look(at page: StoredPage, of file: String) {
    lookAtGreys(page.rows, of: file)
    guard let size = page.metadata.pixelSize, let usual = seen.pixelSize,
      !(0.8...1.25).contains(size / usual)
    else { return }
    note(.pixels, file, "\(text(size)) µm, those of the training \(text(usual)) µm")
  }

  private mutating func lookAtGreys(_ page: some ImageRows, of file: String) {
    if let oddity = ImageOddity(page, normalisation) {
      return Self.add(file, to: &odd[oddity.kind, default: (oddity, [])].files)
    }
    guard normalisation != .none, let reach = seen.reach, let roughness = seen.roughness,
      let spread = GreySpread(page)
    else { return }
    if spread.reach > 2 * reach {
      note(
        .sparse, file,
        "\(text(spread.reach)) standard deviations, in the training at most \(text(reach))")
    }
    // Noise that optics or compression have smoothed is not told from a picture.
    if spread.roughness > 1, roughness < 0.7 { note(.noise, file, "") }
  }

  private mutating func note(_ difference: Difference, _ file: String, _ words: String) {
    Self.add(file, to: &unlike[difference, default: (words, [])].files)
  }

  /// Once, though several of its pages may be alike.
  private static func add(_ file: String, to files: inout [String]) {
    if files.last != file { files.append(file) }
  }

  /// What a person should know of them, a line for each kind.
  var notes: [String] {
    ImageOddity.Kind.allCases.compactMap { odd[$0].map { $0.first.note(of: $0.files.map(Path.name)) } }
      + Difference.allCases.compactMap { kind in unlike[kind].map { line(kind, $0.words, $0.files) } }
  }

  private func line(_ difference: Difference, _ words: String, _ files: [String]) -> String {
    let (images, names) = (counted(files.count, "image"), listed(files.map(Path.name)))
    let first = files.count == 1 ? words : "\(words), in the first"
    return switch difference {
    case .sparse:
      "in \(images) grey values lie far from their mean (\(first)): \(names); where a picture is empty but for a few things, cut "
        + "these out"
    case .noise:
      "in \(images) neighbouring pixels differ as any two, as in noise: \(names); what is found there may be nothing"
    case .pixels:
      "in \(images) pixels have another size (\(first)): \(names); resize images to the training's pixels"
    }
  }

  private func text(_ number: Double) -> String { String(format: "%.2g", number) }
}

extension PredictionSummary {
  /// What a person should know of results that are one class all over; nil where there is nothing odd.  A few pixels may
  /// well be of one class.
  func note(threshold: Double) -> String? {
    guard let only, let foreground, pixels > 4096 else { return nil }
    return String(
      format:
        "the network says class %d of every pixel (probability of foreground %.3g to %.3g, threshold %g): are "
        + "channels, resolution and grey values those of the training images, and were its held-out figures good?",
      Int(only), foreground.lowerBound, foreground.upperBound, threshold)
  }
}
