extension Metric {
  /// SEG of the Cell Tracking Challenge, the IOU of the paper's table 2.
  public static let seg = Metric(
    rawValue: "seg",
    summary: "SEG of the Cell Tracking Challenge: mean intersection over union of the true objects",
    figures: [.seg], needs: [JaccardIndices.self]
  ) { frames, result in
    let objects = frames[JaccardIndices.self].flatMap { $0 }
    result[.seg] = objects.isEmpty ? nil : objects.reduce(0, +) / Double(objects.count)
  }
}

extension Figure {
  package static let seg = Figure(
    name: "seg", meaning: "SEG: mean intersection over union of the true objects", better: .higher)
}
