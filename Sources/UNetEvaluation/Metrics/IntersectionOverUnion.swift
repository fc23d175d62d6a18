extension Metric {
  /// Intersection over union of the foreground of all frames at the experiment's threshold, and of labels of classes
  /// that of each class first.
  public static let iou = Metric(
    rawValue: "iou", summary: "intersection over union of the foreground, or of each class but 0",
    figures: [.iou], needs: [PixelsAtOneThreshold.self], ofClasses: [ClassIoU.metric]
  ) { frames, result in
    let counts = frames[PixelsAtOneThreshold.self].sum
    result[.iou] = counts.total == counts.bothBackground ? nil : counts.intersectionOverUnion
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
