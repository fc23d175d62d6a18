extension Metric {
  /// Average precision of objects, as the Data Science Bowl 2018, StarDist and Cellpose define it.
  ///
  /// AP = TP / (TP + FP + FN) at an intersection over union: TP are the most pairs of a true and a proposed object with at
  /// least that, each object in one pair at most (above 0.5 an object has no second choice); FP the proposed and FN the true
  /// objects without (U. Schmidt et al., "Cell detection with star-convex polygons", MICCAI 2018; J. C. Caicedo et al.,
  /// "Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl", Nature Methods 16, 2019).
  /// Pooled over the objects of all images, and as the mean over the images that have any object.
  public static let averagePrecision = Metric(
    rawValue: "ap",
    summary: """
      average precision TP / (TP + FP + FN) of objects that match with an \
      intersection over union of 0.5, 0.55 ... 0.95 at least; and its mean
      """,
    figures: Figure.averagePrecisions + [.meanAP, .ap50OfImages, .meanAPOfImages],
    needs: [ObjectMatches.OfFrame.self]
  ) { frames, result in
    let frames = frames[ObjectMatches.OfFrame.self].map(\.atLimits)
    let precisions = Figure.averagePrecisions.indices.map { limit in
      frames.lazy.map { $0[limit] }.sum.averagePrecision
    }
    for (figure, value) in zip(Figure.averagePrecisions, precisions) { result[figure] = value }
    result[.meanAP] = mean(precisions)
    result[.ap50OfImages] = mean(frames.map { $0[0].averagePrecision })
    result[.meanAPOfImages] = mean(frames.map { mean($0.map(\.averagePrecision)) })
  }
}

extension Figure {
  /// `ap50`, `ap55` ... `ap95`.
  package static let averagePrecisions = ObjectMatches.twentieths.map { limit in
    Figure(
      name: "ap\(5 * limit)",
      meaning:
        "average precision of objects with an intersection over union of \(Double(limit) / 20) at least",
      better: .higher, isDetail: limit != 10 && limit != 15)
  }
  package static let meanAP = Figure(
    name: "mean-ap", meaning: "mean of these ten average precisions", better: .higher)
  package static let ap50OfImages = Figure(
    name: "ap50-of-images", meaning: "mean over images of their ap50", better: .higher, isDetail: true)
  package static let meanAPOfImages = Figure(
    name: "mean-ap-of-images", meaning: "mean over images of their mean-ap", better: .higher,
    isDetail: true)
}

/// The mean of those that exist; `nil` without any.
func mean(_ values: [Double?]) -> Double? {
  let values = values.compactMap(\.self)
  return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}
