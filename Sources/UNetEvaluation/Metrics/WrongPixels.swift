extension Metric {
  /// The share of pixels that are not of their true class, over all classes with the background; unknown pixels are
  /// not counted.
  ///
  /// 1 minus the pixel accuracy of J. Long et al., "Fully convolutional networks for semantic segmentation", CVPR 2015.
  /// Membranes and instances are two classes, their foreground and the rest.
  public static let wrongPixels = Metric(
    rawValue: "wrong-pixels", summary: "share of pixels that are not of their true class",
    figures: [.wrongPixels], needs: [ClassOverlaps.self], knowsClasses: true
  ) { frames, result in
    let overlaps = frames[ClassOverlaps.self].lazy.flatMap { $0.values }
    let (all, right) = overlaps.reduce((0, 0)) { ($0.0 + $1.truth, $0.1 + $1.both) }
    result[.wrongPixels] = all == 0 ? nil : Double(all - right) / Double(all)
  }
}

extension Figure {
  package static let wrongPixels = Figure(
    name: "wrong-pixels", meaning: "share of pixels that are not of their true class", better: .lower)
}
