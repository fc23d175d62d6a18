import Foundation

/// What `evaluation.metrics` of an experiment and `unet evaluate --metrics` can ask for.
package enum Metric: String, CaseIterable, Codable, Sendable {
  /// The EM challenge's pixel error, 1 - max F over its thresholds, and the misclassification rate at 0.5.
  case pixel
  /// The EM challenge's Rand error.
  case rand
  /// The EM challenge's warping error.
  case warping
  /// V_rand, the Rand score that the challenge ranks by since.
  case vrand
  /// V_info, the information score that the challenge ranks by since.
  case vinfo
  /// SEG of the Cell Tracking Challenge, the IOU of the paper's table 2.
  case seg
  /// Intersection over union of all white pixels at the experiment's threshold.
  case iou

  /// The figures that this metric gives, in the order of the rows of a table.
  package var figures: [Figure] {
    switch self {
    case .pixel: [.pixelError, .pixelErrorThreshold, .misclassificationRate]
    case .rand: [.randError, .randThreshold]
    case .warping: [.warpingError, .warpingThreshold, .splits, .mergers, .warpingClassic]
    case .vrand: [.vrand, .vrandThreshold]
    case .vinfo: [.vinfo, .vinfoThreshold]
    case .seg: [.seg]
    case .iou: [.iou]
    }
  }
}

/// A figure of an evaluation; the raw value is its name in JSON and in `log.csv`.
package enum Figure: String, CaseIterable, Codable, Sendable {
  /// 1 - max F over the challenge's thresholds, over the whole stack.
  case pixelError = "pixel-error"
  /// The lowest threshold at which F is greatest.
  case pixelErrorThreshold = "pixel-error-threshold"
  /// Pixels of the wrong colour among all, at threshold 0.5.
  case misclassificationRate = "misclassification-rate"
  /// 1 - max Rand F over the challenge's thresholds, over the pairs of all slices, without thinning.
  case randError = "rand-error"
  /// The lowest threshold at which that F is greatest.
  case randThreshold = "rand-threshold"
  /// Splits and mergers for each pixel, the least over the challenge's thresholds.
  case warpingError = "warping-error"
  /// The lowest threshold at which they are fewest.
  case warpingThreshold = "warping-threshold"
  /// Split pixels at that threshold.
  case splits
  /// Merged pixels at that threshold.
  case mergers
  /// Pixels that warping leaves, for each pixel, the least over the challenge's thresholds.
  case warpingClassic = "warping-classic"
  /// The greatest over the challenge's thresholds of the mean of the slices' Rand F after thinning.
  case vrand
  /// The lowest threshold that gives it.
  case vrandThreshold = "vrand-threshold"
  /// The greatest over the challenge's thresholds of the mean of the slices' information F after thinning.
  case vinfo
  /// The lowest threshold that gives it.
  case vinfoThreshold = "vinfo-threshold"
  /// Intersection over union of all white pixels.
  case iou
  /// The mean over all true objects.
  case seg

  /// What the figure is, for people.
  package var meaning: String {
    switch self {
    case .pixelError: "pixel error: 1 - greatest F-score over the thresholds"
    case .misclassificationRate: "share of wrong pixels at threshold 0.5"
    case .randError: "Rand error: 1 - greatest F-score of pairs of pixels"
    case .warpingError: "warping error: splits and mergers for each pixel, the least over the thresholds"
    case .splits: "pixels that part a true region, at that threshold"
    case .mergers: "pixels that join true regions, at that threshold"
    case .warpingClassic: "pixels that warping cannot mend, for each pixel, the least over the thresholds"
    case .vrand: "V_rand: greatest Rand F-score of thinned borders"
    case .vinfo: "V_info: greatest information F-score of thinned borders"
    case .pixelErrorThreshold, .randThreshold, .vrandThreshold, .vinfoThreshold:
      "the threshold of that F-score"
    case .warpingThreshold: "the threshold of that error"
    case .iou: "intersection over union of the foreground"
    case .seg: "SEG: mean intersection over union of the true objects"
    }
  }

  /// Whether the figure is a threshold, at which another was found.
  package var isThreshold: Bool {
    switch self {
    case .pixelErrorThreshold, .randThreshold, .warpingThreshold, .vrandThreshold, .vinfoThreshold: true
    case .pixelError, .misclassificationRate, .randError, .warpingError, .splits, .mergers, .warpingClassic,
      .vrand, .vinfo, .iou, .seg:
      false
    }
  }

  /// A value for people to read: counts whole, the warping errors, which are small, with six decimals at least.
  package func text(_ value: Double, decimals: Int) -> String {
    switch self {
    case .splits, .mergers: String(format: "%.0f", value)
    case .warpingError, .warpingClassic: String(format: "%.\(max(6, decimals))f", value)
    case .pixelError, .pixelErrorThreshold, .misclassificationRate, .randError, .randThreshold,
      .warpingThreshold, .vrand, .vrandThreshold, .vinfo, .vinfoThreshold, .iou, .seg:
      String(format: "%.\(decimals)f", value)
    }
  }
}
