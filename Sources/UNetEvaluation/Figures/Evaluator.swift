import UNetData
import UNetNumerics

/// Compares frames with their truth; only counts are kept of each, and the figures of any selection of them follow.
public struct Evaluator: Sendable {
  /// The counts of every frame, in the order in which they were added.
  package private(set) var frames: [FrameStatistics] = []
  private let metrics: Set<Metric>
  private let threshold: Double
  private let kind: LabelKind

  /// An evaluator of these metrics.
  ///
  /// Foreground, where a metric does not go through thresholds of its own, is a probability greater than `threshold`.
  /// `kind` is what the truth's labels mean.  Of `.instances` they tell objects apart; else objects are the 4-connected
  /// regions of foreground.  Of `.classes` they are class numbers, and figures that take all classes but 0 as one have
  /// names that say so, such as `foreground-iou`.
  public init(_ metrics: [Metric], threshold: Double = 0.5, kind: LabelKind) {
    (self.metrics, self.threshold, self.kind) = (Set(metrics), threshold, kind)
  }

  /// Adds a frame.
  public mutating func add(_ frame: ComparedFrame) { add([frame]) }

  /// Adds frames, compared on all cores; the counts do not depend on how many those are.
  public mutating func add(_ frames: [ComparedFrame]) { self.frames += statistics(of: frames) }

  /// Adds the frames of another evaluator of the same metrics, as they were counted at its threshold.
  package mutating func add(_ other: Evaluator) {
    precondition(metrics == other.metrics && kind == other.kind, "evaluators of other metrics")
    frames += other.frames
  }

  private func statistics(of frames: [ComparedFrame]) -> [FrameStatistics] {
    let frames = frames.map { MeasuredFrame(images: $0, threshold: threshold, kind: kind) }
    let whole = measurements.compactMap { $0 as? any FrameMeasurement.Type }
    var statistics = concurrentMap(frames) { frame in
      var statistics = FrameStatistics()
      for measurement in whole { statistics.measure(measurement, frame) }
      return statistics
    }
    let atThresholds = measurements.compactMap { $0 as? any ThresholdMeasurement.Type }
    guard !atThresholds.isEmpty else { return statistics }
    let layouts = concurrentMap(frames) { FrameLayout($0) }
    // A frame at a threshold is the unit of work, so that a few frames occupy all cores too.
    let places = frames.indices.flatMap { frame in ThresholdSweep.challenge.map { (frame, $0) } }
    let found = concurrentMap(places) { frame, threshold in
      var statistics = FrameStatistics()
      var frame = ThresholdedFrame(layouts[frame], at: threshold)
      for measurement in atThresholds { statistics.measure(measurement, &frame) }
      return statistics
    }
    for ((frame, _), found) in zip(places, found) {
      for measurement in atThresholds { statistics[frame].append(measurement, of: found) }
    }
    return statistics
  }

  /// What the metrics need, each once.
  private var measurements: [any Measurement.Type] {
    var known: Set<ObjectIdentifier> = []
    return metrics.flatMap { $0.needs(of: kind) }.filter { known.insert(ObjectIdentifier($0)).inserted }
  }
}

extension Evaluator {
  /// The figures over all frames.
  public var evaluation: Evaluation { evaluation(of: frames.indices) }

  /// The figures over the frames at these places in `frames`, each as often as it is named: a resampling, say.
  package func evaluation(of places: some Sequence<Int>) -> Evaluation {
    let selection = selection(of: places)
    var result = Evaluation()
    for metric in metrics { metric.evaluate(selection, of: kind, &result) }
    return result
  }

  /// The figures at each threshold over all frames.
  package var table: ThresholdTable { table(of: frames.indices) }

  /// The figures at each threshold over the frames at these places in `frames`.
  package func table(of places: some Sequence<Int>) -> ThresholdTable {
    ThresholdTable(selection(of: places), of: kind)
  }

  /// The mean probability of each tenth of the probability that has pixels, their share of foreground, and how many they are.
  package var reliabilityBins: [(probability: Double, share: Double, pixels: Int)] {
    selection(of: frames.indices).reliability.filter { $0.pixels > 0 }.map {
      ($0.meanProbability, $0.foregroundShare, $0.pixels)
    }
  }

  /// How probabilities and shares of foreground go together over all frames, as CSV: a row for each tenth.
  package var reliability: String {
    let bins = selection(of: frames.indices).reliability
    let rows = bins.enumerated().map { at, bin in
      ["\(Double(at) / 10)", "\(Double(at + 1) / 10)", "\(bin.pixels)"]
        + (bin.pixels == 0 ? ["", ""] : ["\(bin.meanProbability)", "\(bin.foregroundShare)"])
    }
    return csv([["from", "to", "pixels", "mean-probability", "foreground-share"]] + rows)
  }

  private func selection(of places: some Sequence<Int>) -> FrameSelection {
    FrameSelection(frames: places.map { frames[$0] })
  }
}
