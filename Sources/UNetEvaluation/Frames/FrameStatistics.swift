/// What an evaluator keeps of a frame: counts, from which the figures of any selection of frames follow.
///
/// Arrays by threshold follow `ThresholdSweep.challenge`.  What no metric asked for is empty or nil.
package struct FrameStatistics: Equatable, Sendable {
  /// Pixels at each threshold (`pixel`).
  package internal(set) var pixels: [PixelCounts] = []
  /// Pixels at the threshold 0.5 (`pixel`).
  package internal(set) var half: PixelCounts?
  /// Pixels at the evaluator's threshold (`iou`).
  package internal(set) var chosen: PixelCounts?
  /// The proposal's regions as they are, at each threshold (`rand`, `vinfo`).
  package internal(set) var plain: [PartitionAgreement] = []
  /// The proposal's regions with their borders thinned, at each threshold (`vrand`, `vinfo`).
  package internal(set) var thinned: [PartitionAgreement] = []
  /// What warping leaves, at each threshold (`warping`).
  package internal(set) var warping: [WarpingErrors] = []
  /// The Jaccard index of each true object, in the order of their numbers (`seg`).
  package internal(set) var objects: [Double] = []

  /// Adds what was found at the next threshold.
  mutating func append(_ next: FrameStatistics) {
    plain += next.plain
    thinned += next.thinned
    warping += next.warping
  }
}
