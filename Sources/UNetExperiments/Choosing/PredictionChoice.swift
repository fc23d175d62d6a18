import UNetData
import UNetEvaluation
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetWork

/// The search for the threshold and the instance options by which models do best on an experiment's held-out images.
///
/// Each image is predicted once.  From the values of the experiment one value after the other is varied over its candidates, both
/// thresholds together, and the best kept, until a round over all values changes none.  A figure that is the best over the
/// challenge's thresholds chooses the threshold itself.  What is chosen so says nothing about these images: it is judged on
/// others.
package struct PredictionChoice {
  /// What a candidate gave.
  package struct Trial: Sendable {
    /// The key that was varied, and its value; nil for the values at the start.
    package let key: String?, text: String
    package let settings: Experiment.PredictionSettings
    /// The figure; nil where the images give none.
    package let value: Double?
    /// Whether it is better than all before it.
    package let isBest: Bool
  }

  /// The figure that is to be best.
  package let figure: Figure
  private let experiment: Experiment
  private let frames: [Frame]
  private let foregrounds: [[Float]]
  private let medianArea: Int

  /// A search over `frames` and what models say of the foreground of each.
  package init(_ experiment: Experiment, by figure: Figure, _ frames: [Frame], _ foregrounds: [[Float]]) {
    (self.experiment, self.figure) = (experiment, figure)
    (self.frames, self.foregrounds) = (frames, foregrounds)
    let areas = frames.flatMap { frame -> [Int] in
      var areas: [Int32: Int] = [:]
      for id in frame.annotation.instances ?? [] where id > 0 { areas[id, default: 0] += 1 }
      return Array(areas.values)
    }.sorted()
    medianArea = areas.isEmpty ? 0 : areas[areas.count / 2]
  }

  /// Tells each trial and gives the best.
  /// - Throws: `CancellationError`; `FrameError`.
  package func search(from start: Experiment.PredictionSettings, _ tell: (Trial) -> Void) throws -> Trial {
    func trial(_ key: String?, _ text: String, _ settings: Experiment.PredictionSettings, than best: Trial?)
      throws -> Trial
    {
      let value = try self.value(settings)
      let isBest =
        value.map { value in best?.value.map { direction.isBetter(value, than: $0) } ?? true } ?? false
      return Trial(key: key, text: text, settings: settings, value: value, isBest: isBest)
    }
    var best = try trial(nil, "", start, than: nil)
    tell(best)
    if let thresholdOfFigure {
      guard let threshold = try evaluation(start)[thresholdOfFigure] else { return best }
      // The challenge's thresholds are sums of tenths.
      var settings = start
      // 1 would leave nothing.
      settings.threshold = min((threshold * 10).rounded() / 10, 0.95)
      best = Trial(
        key: "threshold", text: "\(settings.threshold)", settings: settings, value: best.value, isBest: true)
      tell(best)
      return best
    }
    for _ in 0..<Self.rounds {
      var isChanged = false
      for (key, candidates) in keys {
        for candidate in candidates(best.settings) where candidate.settings != best.settings {
          try Cancellation.check()
          let next = try trial(key, candidate.text, candidate.settings, than: best)
          tell(next)
          if next.isBest { (best, isChanged) = (next, true) }
        }
      }
      guard isChanged else { break }
    }
    return best
  }

  /// The best threshold of those between 0 and 1, all else as in `start`; that of `start` where none is better.
  /// - Throws: `CancellationError`; `FrameError`.
  package func threshold(from start: Experiment.PredictionSettings, tryingAll: Bool) throws
    -> ChosenThreshold
  {
    let before = try value(start)
    var best = (threshold: start.threshold, value: before)
    func vary(_ thresholds: [Double]) throws {
      for threshold in thresholds where (0.05...0.95).contains(threshold) {
        try Cancellation.check()
        var settings = start
        settings.threshold = threshold
        guard let value = try value(settings) else { continue }
        if best.value.map({ direction.isBetter(value, than: $0) }) ?? true { best = (threshold, value) }
      }
    }
    if tryingAll {
      try vary(Self.thresholds)
    } else {
      // A figure has one rise and one fall, as a rule: ever nearer to the best so far.
      try vary([0.1, 0.3, 0.7, 0.9])
      for step in [2, 1] {
        let middle = (best.threshold * 20).rounded()
        try vary([middle - Double(step), middle + Double(step)].map { $0 / 20 })
      }
    }
    let text = { (value: Double?) in value.map { figure.text($0, decimals: 4) } ?? "undefined" }
    guard best.value != nil else {
      return ChosenThreshold(
        threshold: best.threshold, value: nil,
        words: "threshold \(best.threshold): these images have no \(figure.name), so they choose none")
    }
    let gain = best.threshold == start.threshold ? "" : ", with \(start.threshold) \(text(before))"
    return ChosenThreshold(
      threshold: best.threshold, value: best.value,
      words:
        "threshold \(best.threshold), the best for these images: \(figure.name) \(text(best.value))\(gain); "
        + "judge on others (data.leave-out)")
  }

  /// How many objects there are with these settings, and how many are true: some figures do not mind objects that match none.
  package func objects(_ settings: Experiment.PredictionSettings) -> (proposed: Int, true: Int) {
    zip(frames, foregrounds).reduce(into: (0, 0)) { counts, pair in
      let (frame, foreground) = pair
      counts.0 +=
        instances(
          of: foreground.map { isForeground($0, above: settings.threshold) }, foreground,
          height: frame.image.height, width: frame.image.width, settings.instances
        ).count
      counts.1 += Set(frame.annotation.instances ?? []).filter { $0 > 0 }.count
    }
  }

  private static let thresholds = (1..<20).map { Double($0) / 20 }
  private static let rounds = 4

  private var direction: Figure.Direction { figure.better ?? .higher }

  /// The figure with these settings; nil where the images give none.
  /// - Throws: `CancellationError`; `FrameError`.
  package func value(_ settings: Experiment.PredictionSettings) throws -> Double? {
    try evaluation(settings)[figure].flatMap { $0.isFinite ? $0 : nil }
  }

  private func evaluation(_ settings: Experiment.PredictionSettings) throws -> Evaluation {
    var evaluator = Evaluator(
      metric.map { [$0] } ?? [], threshold: settings.threshold, kind: experiment.data.kind)
    let pairs = Array(zip(frames, foregrounds))
    evaluator.add(
      try interruptibleMap(pairs) { frame, foreground in try frame.compared(foreground, settings) })
    return evaluator.evaluation
  }

  /// The metric that gives the figure.
  private var metric: Metric? {
    Metric.allCases.first { $0.figures(of: experiment.data.kind, classes: 2).contains(figure) }
  }

  /// Where the figure is the best over the challenge's thresholds, that of these at which it was found.
  private var thresholdOfFigure: Figure? {
    guard let figures = metric?.figures(of: experiment.data.kind, classes: 2),
      let at = figures.firstIndex(of: figure), at + 1 < figures.count, figures[at + 1].isThreshold
    else { return nil }
    return figures[at + 1]
  }

  private typealias Candidate = (text: String, settings: Experiment.PredictionSettings)

  /// What is varied, and its candidates beside the other values.
  private var keys: [(key: String, candidates: (Experiment.PredictionSettings) -> [Candidate])] {
    func vary<Value>(
      _ path: WritableKeyPath<Experiment.PredictionSettings, Value> & Sendable, _ values: [Value]
    )
      -> (Experiment.PredictionSettings) -> [Candidate]
    {
      { settings in
        values.map { value in
          var changed = settings
          changed[keyPath: path] = value
          return ("\(value)", changed)
        }
      }
    }
    let threshold = ("threshold", vary(\.threshold, Self.thresholds))
    guard figure.readsInstances else { return [threshold] }
    let areas = [0] + [32, 16, 8, 4].map { medianArea / $0 }
    let seeds = vary(\.instances.seedThreshold, [0, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98])
    return [
      // Together, for what parts cells lets the threshold be lower.
      (
        "threshold and seed-threshold",
        { settings in
          threshold.1(settings).flatMap { low in
            seeds(low.settings).filter {
              $0.settings.instances.seedThreshold == 0
                || $0.settings.instances.seedThreshold > $0.settings.threshold
            }
            .map { ("\(low.text) and \($0.text)", $0.settings) }
          }
        }
      ),
      ("fill-holes", vary(\.instances.fillHoles, [false, true])),
      (
        "smallest-area",
        vary(\.instances.smallestArea, areas.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
      ),
      ("grow", vary(\.instances.grow, [0, 1, 2, 3, 4])),
    ]
  }
}

extension Figure {
  /// Whether it is of objects, as instance options make them.
  fileprivate var readsInstances: Bool {
    [Metric.seg, .averagePrecision, .aggregatedJaccard, .panopticQuality].figures(of: .instances).contains(
      self)
  }
}

/// A threshold that held-out images have chosen.
package struct ChosenThreshold: Equatable, Sendable {
  package let threshold: Double
  /// The figure with it; nil where there is none.
  package let value: Double?
  /// What it brought, in a line.
  package let words: String
}

extension Experiment.PredictionSettings {
  /// What a choice decides, as an experiment has it.
  package var chosenText: String {
    "{threshold: \(threshold), instances: {seed-threshold: \(instances.seedThreshold), smallest-area: "
      + "\(instances.smallestArea), grow: \(instances.grow), fill-holes: \(instances.fillHoles)}}"
  }
}
