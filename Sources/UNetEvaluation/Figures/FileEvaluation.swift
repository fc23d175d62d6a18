import UNetData
import UNetImages

/// A comparison of result files with files of truth: `unet evaluate`.
package struct FileEvaluation: Sendable {
  private let frames: [Frame]
  private let kind: LabelKind

  /// Loads and pairs `truth` and `prediction`, each a stack, a glob or a folder: two files page by page, sequences by
  /// equal names or by the last number in the name.  Predictions without a truth are left out.
  ///
  /// Predictions are probabilities, float32 from 0 to 1 or 8 bit as value / 255, or instances, 16 bit.  With
  /// `kind` classes, 8 bit are class numbers, of which 0 is background.
  /// - Throws: `DataError` that names the file.
  package init(truth: String, prediction: String, kind: LabelKind) throws {
    self.kind = kind
    frames = try Dataset.load(
      images: prediction, labels: truth, kind: kind, classes: 255, gap: 0, isEvaluated: true)
    for frame in frames { try Self.check(frame) }
  }

  /// The counts of every page.  Foreground is a probability greater than `threshold`.
  package func evaluator(_ metrics: [Metric], threshold: Double = 0.5) throws -> Evaluator {
    var evaluator = Evaluator(metrics, threshold: threshold, kind: kind)
    evaluator.add(
      try frames.map { frame in
        let image = frame.image
        return try ComparedFrame(
          width: image.width, height: image.height, truth: frame.truth, probabilities: foreground(image),
          instances: image.format == .uint16 ? image.pixels.map { Int32($0) } : nil, classes: classes(image))
      })
    return evaluator
  }

  /// The probability of foreground, `[H, W]`.
  private func foreground(_ image: Image) -> [Float] {
    switch image.format {
    case .float32: image.pixels
    case .uint16: image.pixels.map { $0 > 0 ? 1 : 0 }
    case .uint8: image.pixels.map { kind == .classes ? min($0, 1) : $0 / 255 }
    }
  }

  /// The class of each pixel of labels; 255 is the foreground, as the labels of two classes have it.
  private func classes(_ image: Image) -> [Int32]? {
    guard kind == .classes, image.format == .uint8 else { return nil }
    return image.pixels.map { $0 == 255 ? 1 : Int32($0) }
  }

  private static func check(_ frame: Frame) throws {
    let image = frame.image
    guard image.channels == 1 else {
      throw DataError(
        frame.file, "has \(image.channels) channels: give probabilities or labels, which are grey")
    }
    guard image.format == .float32, let at = image.pixels.firstIndex(where: { $0 < 0 || $0 > 1 }) else {
      return
    }
    throw DataError(
      frame.file,
      "holds \(image.pixels[at]) in page \(frame.page) at row \(at / image.width), column \(at % image.width): "
        + "give probabilities from 0 to 1")
  }
}
