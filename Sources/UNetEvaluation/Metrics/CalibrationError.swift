extension Metric {
  /// The expected calibration error: how far the probabilities are from the shares of pixels that are foreground.
  ///
  /// In ten bins of equal width (M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
  /// binning", AAAI 2015; C. Guo et al., "On calibration of modern neural networks", ICML 2017).
  public static let calibration = Metric(
    rawValue: "calibration",
    summary: "how far probabilities are from the shares that are foreground",
    figures: [.calibrationError], needs: [ReliabilityBins.self]
  ) { frames, result in
    let bins = frames.reliability
    let pixels = bins.map(\.pixels).reduce(0, +)
    guard pixels > 0 else { return }
    let distance = bins.reduce(0.0) { sum, bin in
      bin.pixels == 0
        ? sum : sum + Double(bin.pixels) * abs(bin.meanProbability - bin.foregroundShare)
    }
    result[.calibrationError] = distance / Double(pixels)
  }
}

extension Figure {
  package static let calibrationError = Figure(
    name: "calibration-error",
    meaning: "mean distance of probability and share of foreground, in ten bins", better: .lower)
}

/// The pixels whose probability lies in a tenth.
package struct ReliabilityBin: Summable, Equatable, Sendable {
  /// Pixels of which the truth is known, and those of them that are foreground.
  package var pixels = 0, foreground = 0
  /// The sum of their probabilities in 2^-24, which has every bit of a probability from 0.5 to 1.
  package var probability = 0
  static let parts: [WritableKeyPath<Self, Int> & Sendable] = [\.pixels, \.foreground, \.probability]

  /// The mean of their probabilities; NaN without pixels.
  package var meanProbability: Double { Double(probability) / 0x1p24 / Double(pixels) }
  /// The share of them that is foreground; NaN without pixels.
  package var foregroundShare: Double { Double(foreground) / Double(pixels) }
}

/// The bins of a frame, by probability: of 0 to 0.1 the first.
enum ReliabilityBins: FrameMeasurement {
  static let count = 10

  static func counts(of frame: MeasuredFrame) -> [ReliabilityBin] {
    var bins = [ReliabilityBin](repeating: ReliabilityBin(), count: count)
    for (label, probability) in zip(frame.images.truth, frame.images.probabilities) where label >= 0 {
      guard probability >= 0, probability <= 1 else { continue }
      let bin = min(Int(Double(probability) * Double(count)), count - 1)
      bins[bin].pixels += 1
      bins[bin].foreground += label > 0 ? 1 : 0
      bins[bin].probability += Int((Double(probability) * 0x1p24).rounded())
    }
    return bins
  }
}

extension FrameSelection {
  /// The bins of all frames together.
  var reliability: [ReliabilityBin] {
    self[ReliabilityBins.self].reduce(
      [ReliabilityBin](repeating: ReliabilityBin(), count: ReliabilityBins.count)
    ) { zip($0, $1).map { $0 + $1 } }
  }
}
