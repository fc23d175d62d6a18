/// What `evaluation.metrics` of an experiment and `unet evaluate --metrics` can ask for.
public enum Metric: String, CaseIterable, Codable, Sendable {
  /// The EM challenge's pixel error, 1 - max F over its thresholds, and the misclassification rate at 0.5.
  case pixel
  /// Intersection over union of all white pixels at the experiment's threshold.
  case iou
  /// SEG of the Cell Tracking Challenge, the IOU of the paper's table 2.
  case seg

  /// The figures that this metric gives, in the order of the rows of a table.
  public var figures: [Figure] {
    switch self {
    case .pixel: [.pixelError, .pixelErrorThreshold, .misclassificationRate]
    case .iou: [.iou]
    case .seg: [.seg]
    }
  }
}

/// A figure of an evaluation; the raw value is its name in JSON and in `log.csv`.
public enum Figure: String, CaseIterable, Codable, Sendable {
  /// 1 - max F over the challenge's thresholds, over the whole stack.
  case pixelError = "pixel-error"
  /// The lowest threshold at which F is greatest.
  case pixelErrorThreshold = "pixel-error-threshold"
  /// Pixels of the wrong colour among all, at threshold 0.5.
  case misclassificationRate = "misclassification-rate"
  /// Intersection over union of all white pixels.
  case iou
  /// The mean over all true objects.
  case seg

  /// What the figure is, for people.
  public var meaning: String {
    switch self {
    case .pixelError: "pixel error: 1 - greatest F-score over the thresholds"
    case .pixelErrorThreshold: "the threshold of that F-score"
    case .misclassificationRate: "share of wrong pixels at threshold 0.5"
    case .iou: "intersection over union of the foreground"
    case .seg: "SEG: mean intersection over union of the true objects"
    }
  }
}
