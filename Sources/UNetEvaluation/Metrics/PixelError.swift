extension Metric {
  /// The EM challenge's pixel error, and the misclassification rate; of labels of classes `wrong-pixels` first.
  public static let pixel = Metric(
    rawValue: "pixel",
    summary: """
      pixel error of the EM challenge, 1 - the greatest F-score over \
      the thresholds 0, 0.1 ... 1; and the share of wrong pixels at 0.5
      """,
    figures: [.pixelError, .pixelErrorThreshold, .misclassificationRate], needs: [PixelSweep.self],
    columns: [.misclassificationRate, .pixelF], ofClasses: [.wrongPixels]
  ) { frames, result in
    // Without a pixel to be found F says nothing, and without a known pixel no share does.
    let counts = frames[PixelSweep.self].compactMap(\.first).sum
    guard counts.total > 0 else { return }
    result[.misclassificationRate] = frames.value(.misclassificationRate, at: 0.5)
    guard counts.bothForeground + counts.truthForeground > 0 else { return }
    result.set(.pixelError, .pixelErrorThreshold, frames.best(.pixelF).map { (1 - $0, $1) })
  }
}

extension Figure {
  package static let pixelError = Figure(
    name: "pixel-error", meaning: "pixel error: 1 - greatest F-score over the thresholds", better: .lower)
  package static let pixelErrorThreshold = Figure(
    name: "pixel-error-threshold", meaning: "the threshold of that F-score")
  package static let misclassificationRate = Figure(
    name: "misclassification-rate", meaning: "share of wrong pixels at threshold 0.5", better: .lower)
}

/// Pixels at each of the challenge's thresholds.
package enum PixelSweep: FrameMeasurement {
  package static func counts(of frame: MeasuredFrame) -> [PixelCounts] {
    frame.pixels(at: ThresholdSweep.challenge)
  }
}

extension ThresholdTable.Column {
  package static let misclassificationRate = Self(
    "misclassification-rate", PixelSweep.self, better: .lower
  ) { $0.sum.misclassificationRate }
  package static let pixelF = Self("pixel-f", PixelSweep.self) { $0.sum.fScore }
}
