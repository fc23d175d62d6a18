extension Metric {
  /// Intersection over union of the foreground of all frames at the experiment's threshold; metric `dice` gives
  /// that of each class.
  public static let iou = Metric(
    rawValue: "iou", summary: "intersection over union of the foreground", figures: [.iou],
    needs: [PixelsAtOneThreshold.self]
  ) { frames, result in
    result[.iou] = frames[PixelsAtOneThreshold.self].sum.intersectionOverUnion
  }
}

extension Figure {
  package static let iou = Figure(
    name: "iou", meaning: "intersection over union of the foreground", better: .higher)
}

/// Pixels at the evaluator's threshold.
package enum PixelsAtOneThreshold: FrameMeasurement {
  package static func counts(of frame: MeasuredFrame) -> PixelCounts {
    frame.pixels(at: [frame.threshold])[0]
  }
}
