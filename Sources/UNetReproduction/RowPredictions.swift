import UNetData
import UNetEvaluation
import UNetExperiments
import UNetImages
import UNetNumerics
import UNetPrediction

/// What the networks of a row say of the images that its folds hold out.
struct RowPredictions {
  /// Of one fold, by one network or by the mean of several.
  struct Part {
    let trainings: [(training: Reproduction.Training, record: RunRecord)]
    let experiment: Experiment
    /// The time to predict, by the record's key.
    let key: String
    let frames: [Frame]
    /// The probability of foreground at each pixel, of each frame.
    let foregrounds: [[Float]]
    /// The most probable class at each pixel, of each frame, where there are more than two.
    let classes: [[Int32]]?
    /// How its foreground becomes objects, with the threshold by which it is judged.
    var settings: Experiment.PredictionSettings
  }
  /// For each seed, or once for the networks of all seeds together, all folds in their order; none where a training diverged.
  private(set) var runs: [[Part]] = []
  /// All trainings, where some diverged.
  private(set) var failed: [(training: Reproduction.Training, record: RunRecord)] = []

  /// Each seed by itself, or the mean of what the networks of all seeds say.
  init(
    _ row: ReproductionPlan.Row, _ prediction: ReproductionPlan.PredictionVariant,
    averagesSeeds: Bool = false,
    of reproduction: Reproduction
  ) throws {
    let found = try row.folds.map { fold in
      try (1...reproduction.seeds).map { seed in
        let training = try reproduction.training(row, fold, seed: seed)
        guard let record = reproduction.record(of: training) else {
          preconditionFailure("\(training.name) has no record")
        }
        return (training: training, record: record)
      }
    }
    guard !found.joined().contains(where: { $0.record.failure != nil }) else {
      failed = found.flatMap(\.self)
      return
    }
    // Those of a fold are the same for every seed.
    let frames = try row.folds.map {
      try TrainingData.heldOutFrames(
        of: row.experiment($0, seed: 1, prediction.overrides), root: reproduction.root)
    }
    let seeds = Array(0..<reproduction.seeds)
    for seeds in averagesSeeds ? [seeds] : seeds.map({ [$0] }) {
      var parts = try zip(found, frames).map { found, frames in
        try Part(seeds.map { found[$0] }, prediction, frames, of: reproduction)
      }
      let thresholds = try parts.indices.map { try Self.threshold(of: parts, at: $0) }
      for (at, threshold) in thresholds.enumerated() { parts[at].settings.threshold = threshold }
      runs.append(parts)
    }
  }

  /// The threshold of the part at this place: the experiment's; where that is `auto`, the best for the images of the other parts,
  /// which do not judge it; without others 0.5.
  private static func threshold(of parts: [Part], at place: Int) throws -> Double {
    let (experiment, settings) = (parts[place].experiment, parts[place].settings)
    let others = parts.indices.filter { $0 != place }.map { parts[$0] }
    guard settings.decision.isAutomatic, let figure = experiment.figureOfObjects, !others.isEmpty else {
      return settings.threshold
    }
    return try PredictionChoice(
      experiment, by: figure, others.flatMap(\.frames), others.flatMap(\.foregrounds)
    ).threshold(from: settings, tryingAll: true).threshold
  }

  /// The counts of all folds together for each run: at each part's own threshold or, where `settings` are given, with those.
  ///
  /// `divided`: whether metrics that go through thresholds see that one alone.
  func evaluators(
    _ metrics: [Metric], with settings: Experiment.PredictionSettings? = nil, divided: Bool = false
  ) throws -> [Evaluator] {
    try runs.map { parts in
      var whole: Evaluator?
      for part in parts {
        let settings = settings ?? part.settings
        var evaluator = Evaluator(metrics, threshold: settings.threshold, kind: part.experiment.data.kind)
        let compared = try part.compared(settings)
        evaluator.add(divided ? compared.map { $0.divided(at: settings.threshold) } : compared)
        if whole == nil { whole = evaluator } else { whole?.add(evaluator) }
      }
      guard let whole else { preconditionFailure("a row without folds") }
      return whole
    }
  }
}

extension RowPredictions.Part {
  fileprivate init(
    _ trainings: [(training: Reproduction.Training, record: RunRecord)],
    _ prediction: ReproductionPlan.PredictionVariant, _ frames: [Frame], of reproduction: Reproduction
  ) throws {
    let held = try trainings.map { training, _ in
      HeldOutPrediction(
        try training.predicting(prediction), windows: prediction.windows,
        in: reproduction.runFolder(training))
    }
    let said = try held.map { try $0.read(count: frames.count) }
    (self.trainings, self.frames, experiment, key) = (trainings, frames, held[0].experiment, held[0].key)
    let planes = frames.indices.map { at in
      said[0][at].indices.map { plane in said.map { $0[at][plane] }.mean }
    }
    if experiment.network.classes == 2 {
      (foregrounds, classes) = (planes.map { $0[0] }, nil)
    } else {
      foregrounds = planes.map { $0[0].map { 1 - $0 } }
      classes = planes.map { planes in
        planes[0].indices.map { at in Int32(mostProbable(of: planes.count) { planes[$0][at] }) }
      }
    }
    settings = experiment.prediction
  }

  /// The frames beside what is said of them.
  fileprivate func compared(_ settings: Experiment.PredictionSettings) throws -> [ComparedFrame] {
    try frames.indices.map { at in
      try frames[at].compared(foregrounds[at], settings, classes: classes.map { $0[at] })
    }
  }
}

extension [[Float]] {
  /// The mean at each place, as of several models that segment an image together.
  fileprivate var mean: [Float] {
    guard count > 1, let first else { return first ?? [] }
    return first.indices.map { at in
      Float(reduce(0.0) { $0 + Double($1[at]) } / Double(count))
    }
  }
}
