import UNetData

/// Judges the frames of a stack one after the other; only counts are kept.
public struct Evaluator: Sendable {
  private let metrics: [Metric]
  private let threshold: Double
  private let truthIsInstances: Bool
  private var challenge = ThresholdSweep()
  private var half = ThresholdSweep([0.5])
  private var chosen: ThresholdSweep
  private var objects = SegmentationAccuracy()

  /// An evaluator of these metrics.
  ///
  /// White, for `iou` and for the objects of `seg`, is a probability greater than `threshold`.  Where
  /// `truthIsInstances`, a truth's labels tell its objects apart; else its objects are the 4-connected regions
  /// of white.
  public init(_ metrics: [Metric], threshold: Double = 0.5, truthIsInstances: Bool) {
    (self.metrics, self.threshold, self.truthIsInstances) = (metrics, threshold, truthIsInstances)
    chosen = ThresholdSweep([threshold])
  }

  /// Adds a frame.
  public mutating func add(_ frame: ComparedFrame) {
    for metric in Set(metrics) {
      switch metric {
      case .pixel:
        challenge.add(truth: frame.truth, probabilities: frame.probabilities)
        half.add(truth: frame.truth, probabilities: frame.probabilities)
      case .iou: chosen.add(truth: frame.truth, probabilities: frame.probabilities)
      case .seg: objects.add(truth: trueObjects(of: frame), proposal: proposedObjects(of: frame))
      }
    }
  }

  /// The figures over all frames so far.
  public var evaluation: Evaluation {
    var result = Evaluation()
    for metric in metrics {
      switch metric {
      case .pixel:
        (result[.pixelError], result[.pixelErrorThreshold]) = challenge.pixelError
        result[.misclassificationRate] = half.counts[0].misclassificationRate
      case .iou: result[.iou] = chosen.counts[0].intersectionOverUnion
      case .seg: result[.seg] = objects.mean
      }
    }
    return result
  }

  private func trueObjects(of frame: ComparedFrame) -> [Int32] {
    truthIsInstances ? frame.truth : regions(of: frame.truth.map { $0 > 0 }, in: frame)
  }

  private func proposedObjects(of frame: ComparedFrame) -> [Int32] {
    frame.instances ?? regions(of: frame.probabilities.map { Double($0) > threshold }, in: frame)
  }

  private func regions(of white: [Bool], in frame: ComparedFrame) -> [Int32] {
    connectedComponents(of: white, height: frame.height, width: frame.width, connectivity: .four).ids
  }
}
