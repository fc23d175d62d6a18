import UNetData
import UNetEvaluation
import UNetExperiments
import UNetImages
import UNetPrediction

/// The evaluated predictions of a row: for each seed the frames of all folds, in the folds' order.
struct RowOutcome {
  private var parts: [EvaluatedPart] = []
  /// For each seed, or once for the networks of all seeds together: all folds by the challenge's thresholds, and at the models' own.
  private var evaluators: [Evaluator] = [], own: [Evaluator] = []
  private let row: ReproductionPlan.Row
  private let prediction: ReproductionPlan.PredictionVariant

  /// The trainings of a fold, and their frames' places among those of all folds.
  private struct EvaluatedPart {
    let trainings: [(training: Reproduction.Training, record: RunRecord)]
    let run: Int
    let frames: Range<Int>
    /// The best value of each figure that is asked for with hindsight.
    var withHindsight: [Figure: Double] = [:]
  }

  /// Each seed by itself, or the mean of what the networks of all seeds say.
  init(
    _ row: ReproductionPlan.Row, _ prediction: ReproductionPlan.PredictionVariant,
    averagesSeeds: Bool = false,
    of reproduction: Reproduction
  ) throws {
    (self.row, self.prediction) = (row, prediction)
    let columns = reproduction.plan.columns.filter { $0.isFilled(by: row) }
    let seeds = Array(1...reproduction.seeds)
    for (run, seeds) in (averagesSeeds ? [seeds] : seeds.map { [$0] }).enumerated() {
      for fold in row.folds {
        try add(run, seeds.map { reproduction.training(row, fold, seed: $0) }, columns, of: reproduction)
      }
    }
  }

  private mutating func add(
    _ run: Int, _ trainings: [Reproduction.Training], _ columns: [TableColumn], of reproduction: Reproduction
  ) throws {
    let found = try trainings.map { try FoundPrediction($0, prediction, of: reproduction) }
    let (experiment, frames) = (found[0].experiment, found[0].frames)
    var settings = experiment.prediction
    settings.threshold = found.map(\.threshold).reduce(0, +) / Double(found.count)
    let foregrounds = frames.indices.map { at in found.map { $0.foregrounds[at] }.mean }
    let compared = try zip(frames, foregrounds).map { try $0.compared($1, settings) }
    if run == evaluators.count {
      let empty = Evaluator(columns.metrics, threshold: settings.threshold, kind: experiment.data.kind)
      evaluators.append(empty)
      own.append(empty)
    }
    let first = evaluators[run].frames.count
    evaluators[run].add(compared)
    if columns.contains(where: \.content.isAtOwnThreshold) {
      own[run].add(compared.map { $0.divided(at: settings.threshold) })
    }
    var part = EvaluatedPart(
      trainings: zip(trainings, found).map { ($0, $1.record) }, run: run,
      frames: first..<evaluators[run].frames.count)
    for column in columns {
      guard case .withHindsight(let figure) = column.content else { continue }
      part.withHindsight[figure] =
        try PredictionChoice(experiment, by: figure, frames, foregrounds).threshold(
          from: settings, tryingAll: true
        ).value
    }
    parts.append(part)
  }

  var commits: [String] { parts.flatMap { $0.trainings.compactMap(\.record.commit) } }

  /// A figure of each seed, of all folds together.
  func values(_ figure: Figure) -> [Double] { evaluators.compactMap { $0.evaluation[figure] } }

  func estimate(_ column: TableColumn) -> Estimate? {
    guard column.isFilled(by: row) else { return nil }
    switch column.content {
    case .figure(let figure): return estimate(figure, evaluators)
    case .atOwnThreshold(let figure): return estimate(figure, own)
    case .withHindsight, .seconds: return range(of: parts.compactMap { cell(column, of: $0) })
    }
  }

  private func estimate(_ figure: Figure, _ evaluators: [Evaluator]) -> Estimate? {
    Bootstrap()(runs: evaluators.count, frames: evaluators[0].frames.count) { run, frames in
      evaluators[run].evaluation(of: frames)[figure]
    }
  }

  /// The mean, the least and the greatest.
  private func range(of values: [Double]) -> Estimate? {
    guard let low = values.min(), let high = values.max() else { return nil }
    return Estimate(mean: values.reduce(0, +) / Double(values.count), low: low, high: high)
  }

  /// What a column has of a fold.
  private func cell(_ column: TableColumn, of part: EvaluatedPart) -> Double? {
    guard column.isFilled(by: row) else { return nil }
    switch column.content {
    case .figure(let figure): return evaluators[part.run].evaluation(of: part.frames)[figure]
    case .atOwnThreshold(let figure): return own[part.run].evaluation(of: part.frames)[figure]
    case .withHindsight(let figure): return part.withHindsight[figure]
    case .seconds:
      let seconds = part.trainings.compactMap { $0.record.predictionSeconds[prediction.id] }
      return seconds.isEmpty ? nil : seconds.reduce(0, +)
    }
  }

  /// A line for each training.
  func lines(_ columns: [TableColumn]) -> [ResultTable.RunLine] {
    parts.flatMap { part in
      part.trainings.map { training, record in
        ResultTable.RunLine(
          name: training.name(prediction.suffix), steps: record.steps, seconds: record.seconds,
          cells: columns.map { cell($0, of: part) }, state: record.state)
      }
    }
  }
}

/// What a training's network says of its held-out images.
private struct FoundPrediction {
  let experiment: Experiment
  let record: RunRecord
  let threshold: Double
  let frames: [Frame], foregrounds: [[Float]]

  init(
    _ training: Reproduction.Training, _ prediction: ReproductionPlan.PredictionVariant,
    of reproduction: Reproduction
  ) throws {
    guard let record = try reproduction.record(of: training) else {
      preconditionFailure("\(training.name) has no record")
    }
    let files = try reproduction.runFolder(training)
    experiment = try training.experiment(prediction)
    self.record = record
    threshold = try Model.read(files.model).threshold
    let held = HeldOutPrediction(experiment: experiment, file: files.predictions(prediction.id))
    (frames, foregrounds) = (try held.frames(root: reproduction.root), try held.foregrounds())
    guard frames.count == foregrounds.count else {
      throw DataError(
        held.file, "has \(foregrounds.count) pages for \(frames.count) held-out images: remove it")
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
