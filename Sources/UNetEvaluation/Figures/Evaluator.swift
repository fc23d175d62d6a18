import UNetData
import UNetNumerics

/// Judges frames; only counts are kept of each, and the figures of any selection of them follow.
package struct Evaluator: Sendable {
  /// The counts of every frame, in the order in which they were added.
  package private(set) var frames: [FrameStatistics] = []
  private let metrics: Set<Metric>
  private let threshold: Double
  private let truthIsInstances: Bool

  /// An evaluator of these metrics.
  ///
  /// White, for `iou` and for the objects of `seg`, is a probability greater than `threshold`.  Where
  /// `truthIsInstances`, a truth's labels tell its objects apart; else its objects are the 4-connected regions
  /// of white.
  package init(_ metrics: [Metric], threshold: Double = 0.5, truthIsInstances: Bool) {
    (self.metrics, self.threshold, self.truthIsInstances) = (Set(metrics), threshold, truthIsInstances)
  }

  /// Adds a frame.
  package mutating func add(_ frame: ComparedFrame) { add([frame]) }

  /// Adds frames, compared on all cores; the counts do not depend on how many those are.
  package mutating func add(_ frames: [ComparedFrame]) { self.frames += statistics(of: frames) }

  private func statistics(of frames: [ComparedFrame]) -> [FrameStatistics] {
    var statistics = concurrentMap(frames) { counts(of: $0) }
    let needs = self.needs
    guard !needs.isEmpty else { return statistics }
    let comparisons = concurrentMap(frames) { Comparison($0, objects: trueObjects(of: $0)) }
    // A frame at a threshold is the unit of work, so that a few frames occupy all cores too.
    let places = frames.indices.flatMap { frame in ThresholdSweep.challenge.map { (frame, $0) } }
    let judged = concurrentMap(places) { frame, threshold in
      comparisons[frame].judged(at: threshold, needs)
    }
    for ((frame, _), judged) in zip(places, judged) { statistics[frame].append(judged) }
    return statistics
  }

  /// The counts that are cheap.
  private func counts(of frame: ComparedFrame) -> FrameStatistics {
    var result = FrameStatistics()
    if metrics.contains(.pixel) {
      result.pixels = pixels(of: frame, at: ThresholdSweep.challenge)
      result.half = pixels(of: frame, at: [0.5]).first
    }
    if metrics.contains(.iou) { result.chosen = pixels(of: frame, at: [threshold]).first }
    if metrics.contains(.seg) {
      result.objects = jaccardIndices(truth: trueObjects(of: frame), proposal: proposedObjects(of: frame))
    }
    return result
  }

  private func pixels(of frame: ComparedFrame, at thresholds: [Double]) -> [PixelCounts] {
    var sweep = ThresholdSweep(thresholds)
    sweep.add(truth: frame.truth, probabilities: frame.probabilities)
    return sweep.counts
  }

  /// What the metrics need at each threshold.
  private var needs: Set<Comparison.Need> {
    var needs: Set<Comparison.Need> = []
    for metric in metrics {
      switch metric {
      case .pixel, .iou, .seg: continue
      case .rand: needs.insert(.plain)
      case .vrand: needs.insert(.thinned)
      case .vinfo: needs.formUnion([.plain, .thinned])
      case .warping: needs.insert(.warping)
      }
    }
    return needs
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

extension Evaluator {
  /// The figures over all frames.
  package var evaluation: Evaluation { evaluation(of: frames.indices) }

  /// The figures over the frames at these places in `frames`, each as often as it is named: a resampling, say.
  package func evaluation(of places: some Sequence<Int>) -> Evaluation {
    let selected = places.map { frames[$0] }
    let table = ThresholdTable(selected)
    var result = Evaluation()
    for metric in metrics {
      switch metric {
      case .pixel:
        result.set(.pixelError, .pixelErrorThreshold, table.best(.pixelF, >).map { (1 - $0, $1) })
        let half = selected.compactMap(\.half).reduce(PixelCounts(), +)
        result[.misclassificationRate] = half.misclassificationRate
      case .rand: result.set(.randError, .randThreshold, table.best(.randF, >).map { (1 - $0, $1) })
      case .warping:
        result.set(.warpingError, .warpingThreshold, table.best(.warpingError, <))
        let place = table.place(.warpingError, <)
        result[.splits] = place.flatMap { table[.splits]?[$0] }
        result[.mergers] = place.flatMap { table[.mergers]?[$0] }
        result[.warpingClassic] = table.best(.warpingClassic, <)?.value
      case .vrand: result.set(.vrand, .vrandThreshold, table.best(.vrand, >))
      case .vinfo: result.set(.vinfo, .vinfoThreshold, table.best(.vinfo, >))
      case .iou: result[.iou] = selected.compactMap(\.chosen).reduce(PixelCounts(), +).intersectionOverUnion
      case .seg:
        let objects = selected.flatMap(\.objects)
        result[.seg] = objects.isEmpty ? nil : objects.reduce(0, +) / Double(objects.count)
      }
    }
    return result
  }

  /// The figures at each threshold over all frames.
  package var table: ThresholdTable { ThresholdTable(frames) }

  /// The figures at each threshold over the frames at these places in `frames`.
  package func table(of places: some Sequence<Int>) -> ThresholdTable {
    ThresholdTable(places.map { frames[$0] })
  }
}
