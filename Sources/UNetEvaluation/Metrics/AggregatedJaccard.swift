extension Metric {
  /// The aggregated Jaccard index of N. Kumar et al., "A dataset and a technique for generalized nuclear segmentation for
  /// computational pathology", IEEE TMI 36 (2017), each proposed object used once (AJI+ of S. Graham et al., "HoVer-Net",
  /// Medical Image Analysis 58, 2019).
  ///
  /// True objects G and proposed ones P are paired one to one so that their intersections over union have the greatest sum.
  /// AJI is the sum of |G and P| over these pairs, divided by the sum of |G or P| over them and the areas of all
  /// objects without a partner.  Pooled over all images, and as the mean over the images that have any object.
  public static let aggregatedJaccard = Metric(
    rawValue: "aji",
    summary: "aggregated Jaccard index of objects, each proposed one used once",
    figures: [.aji, .ajiOfImages], needs: [ObjectMatches.OfFrame.self]
  ) { frames, result in
    let frames = frames[ObjectMatches.OfFrame.self]
    result[.aji] = index(frames)
    result[.ajiOfImages] = mean(frames.map { index([$0]) })
  }

  private static func index(_ frames: [ObjectMatches]) -> Double? {
    let united = frames.reduce(0) { $0 + $1.united }
    return united == 0 ? nil : Double(frames.reduce(0) { $0 + $1.shared }) / Double(united)
  }
}

extension Figure {
  package static let aji = Figure(
    name: "aji", meaning: "aggregated Jaccard index, each proposed object used once", better: .higher)
  package static let ajiOfImages = Figure(
    name: "aji-of-images", meaning: "mean over images of their aji", better: .higher, isDetail: true)
}
