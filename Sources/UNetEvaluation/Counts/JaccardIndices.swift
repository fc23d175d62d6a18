/// The Jaccard index of each true object of a frame, in the order of their numbers.
package enum JaccardIndices: FrameMeasurement {
  package static func counts(of frame: MeasuredFrame) -> [Double] {
    jaccardIndices(truth: frame.trueObjects, proposal: frame.proposedObjects)
  }
}

/// The Jaccard index of each true object, whose mean over all true objects of all annotated frames is SEG of the
/// Cell Tracking Challenge, the IOU of table 2.
///
/// A true object R matches the proposed S that holds more than half of R; its index is |R and S| / |R or S|, or
/// 0 without a match.  Proposed objects without a true one cost nothing, so partly annotated frames may stand.
///
/// - Parameters: the number of its object at each pixel, or 0 and less for none.
/// - Returns: an index for each true object, in the order of their numbers.
package func jaccardIndices(truth: [Int32], proposal: [Int32]) -> [Double] {
  precondition(truth.count == proposal.count, "\(truth.count) labels, \(proposal.count) pixels")
  let overlaps = Overlaps(truth, proposal)
  return overlaps.truthAreas.sorted { $0.key < $1.key }.map { overlaps.match(of: $0.key, area: $0.value) }
}

/// How many pixels each true object shares with each proposed one.
private struct Overlaps {
  var truthAreas: [Int32: Int] = [:]
  var proposalAreas: [Int32: Int] = [:]
  var shared: [Int32: [Int32: Int]] = [:]

  init(_ truth: [Int32], _ proposal: [Int32]) {
    var begin = 0
    while begin < truth.count {
      // Labels come in runs along a row; a run costs one look-up.
      let (object, candidate) = (truth[begin], proposal[begin])
      var end = begin + 1
      while end < truth.count, truth[end] == object, proposal[end] == candidate { end += 1 }
      if object > 0 { truthAreas[object, default: 0] += end - begin }
      if candidate > 0 { proposalAreas[candidate, default: 0] += end - begin }
      if object > 0, candidate > 0 { shared[object, default: [:]][candidate, default: 0] += end - begin }
      begin = end
    }
  }

  /// The figure of one true object; at most one proposed object can hold more than half of it.
  func match(of object: Int32, area: Int) -> Double {
    for (candidate, overlap) in shared[object, default: [:]] where 2 * overlap > area {
      return Double(overlap) / Double(area + proposalAreas[candidate, default: 0] - overlap)
    }
    return 0
  }
}
