extension Metric {
  /// Panoptic quality of one class of objects: A. Kirillov et al., "Panoptic segmentation", CVPR 2019.
  ///
  /// A true and a proposed object match where their intersection over union is more than 0.5; no object has two such
  /// matches.  With TP the matches, FP and FN the proposed and true objects without,
  ///
  ///     pq = sum of the matches' intersections over union / (TP + FP / 2 + FN / 2) = sq · rq
  ///
  /// where sq, the quality of segmentation, is their mean and rq, that of recognition, TP / (TP + FP / 2 + FN / 2).
  /// Pooled over the objects of all images, and as the mean over the images that have any object.
  public static let panopticQuality = Metric(
    rawValue: "pq",
    summary:
      "panoptic quality of objects, and its factors: how well matched ones are outlined and how many match",
    figures: [.pq, .sq, .rq, .pqOfImages], needs: [ObjectMatches.OfFrame.self]
  ) { frames, result in
    let frames = frames[ObjectMatches.OfFrame.self]
    let (counts, quality) = (frames.lazy.map(\.segments).sum, frames.reduce(0) { $0 + $1.quality })
    result[.pq] = counts.share(quality)
    result[.sq] = counts.matched == 0 ? nil : quality / Double(counts.matched)
    result[.rq] = counts.share(Double(counts.matched))
    result[.pqOfImages] = mean(frames.map { $0.segments.share($0.quality) })
  }
}

extension Figure {
  package static let pq = Figure(name: "pq", meaning: "panoptic quality: sq · rq", better: .higher)
  package static let sq = Figure(
    name: "sq", meaning: "mean intersection over union of objects that match with more than 0.5",
    better: .higher, isDetail: true)
  package static let rq = Figure(
    name: "rq", meaning: "F-score of objects that match with more than 0.5", better: .higher,
    isDetail: true)
  package static let pqOfImages = Figure(
    name: "pq-of-images", meaning: "mean over images of their pq", better: .higher, isDetail: true)
}

extension MatchCounts {
  /// A sum over matches, divided by the mean number of true and of proposed objects; `nil` where there are none.
  fileprivate func share(_ sum: Double) -> Double? {
    let objects = 2 * matched + surplus + missed
    return objects == 0 ? nil : 2 * sum / Double(objects)
  }
}
