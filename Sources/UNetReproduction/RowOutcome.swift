import UNetEvaluation
import UNetExperiments

/// The evaluated predictions of a row: for each seed, or once for the networks of all together, the frames of all folds.
struct RowOutcome {
  private let row: ReproductionPlan.Row
  private let prediction: ReproductionPlan.PredictionVariant
  let predictions: RowPredictions
  /// All folds by the challenge's thresholds, and at the parts' own.
  private let evaluators: [Evaluator], own: [Evaluator]
  private var parts: [EvaluatedPart] = []

  /// The trainings of a fold, and their frames' places among those of all folds.
  private struct EvaluatedPart {
    let trainings: [(training: Reproduction.Training, record: RunRecord)]
    let key: String
    let threshold: Double?
    let run: Int
    let frames: Range<Int>
    /// The best value of each figure that is asked for with hindsight.
    var withHindsight: [Figure: Double] = [:]
  }

  /// Each seed by itself, or the mean of what the networks of all seeds say.
  init(
    _ row: ReproductionPlan.Row, _ prediction: ReproductionPlan.PredictionVariant,
    averagesSeeds: Bool = false, of reproduction: Reproduction
  ) throws {
    let columns = reproduction.plan.columns.filter { $0.isFilled(by: row) }
    predictions = try RowPredictions(row, prediction, averagesSeeds: averagesSeeds, of: reproduction)
    (self.row, self.prediction) = (row, prediction)
    evaluators = try predictions.evaluators(columns.metrics)
    own =
      columns.contains(where: \.content.isAtOwnThreshold)
      ? try predictions.evaluators(columns.metrics, divided: true) : []
    for (run, found) in predictions.runs.enumerated() {
      var first = 0
      for part in found {
        let frames = first..<first + part.frames.count
        first = frames.upperBound
        parts.append(
          EvaluatedPart(
            trainings: part.trainings, key: part.key,
            threshold: part.classes == nil ? part.settings.threshold : nil, run: run, frames: frames,
            withHindsight: try part.withHindsight(columns)))
      }
    }
  }

  var devices: [String] { records.map(\.device) }
  var commits: [String] { records.compactMap(\.commit) }
  private var records: [RunRecord] { (parts.flatMap(\.trainings) + predictions.failed).map(\.record) }

  func estimate(_ column: TableColumn) -> Estimate? {
    guard column.isFilled(by: row), !parts.isEmpty else { return nil }
    switch column.content {
    case .figure(let figure): return evaluators.estimate(figure)
    case .atOwnThreshold(let figure): return own.estimate(figure)
    case .withHindsight, .seconds: return range(of: parts.compactMap { cell(column, of: $0) })
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
      let seconds = part.trainings.compactMap { $0.record.predictionSeconds[part.key] }
      return seconds.isEmpty ? nil : seconds.reduce(0, +)
    }
  }

  /// A line for each training.
  func lines(_ columns: [TableColumn]) -> [ResultTable.RunLine] {
    let done = parts.flatMap { part in
      part.trainings.map { ($0.training, $0.record, part.threshold, columns.map { cell($0, of: part) }) }
    }
    let failed = predictions.failed.map {
      ($0.training, $0.record, nil as Double?, columns.map { _ in nil as Double? })
    }
    return (done + failed).map { training, record, threshold, cells in
      ResultTable.RunLine(
        name: training.name(prediction.suffix), folder: training.folderName, threshold: threshold,
        steps: record.steps,
        seconds: record.seconds, cells: cells, state: record.state, failure: record.failure)
    }
  }
}

extension RowPredictions.Part {
  /// The best value of each figure of these columns that is asked for with hindsight.
  fileprivate func withHindsight(_ columns: [TableColumn]) throws -> [Figure: Double] {
    var found: [Figure: Double] = [:]
    for column in columns {
      guard case .withHindsight(let figure) = column.content else { continue }
      found[figure] =
        try PredictionChoice(experiment, by: figure, frames, foregrounds).threshold(
          from: settings, tryingAll: true
        ).value
    }
    return found
  }
}

extension [Evaluator] {
  /// A figure over these runs, all frames together.
  func estimate(_ figure: Figure) -> Estimate? {
    Bootstrap()(runs: count, frames: self[0].frames.count) { run, frames in
      self[run].evaluation(of: frames)[figure]
    }
  }

  /// How much greater a figure is here than in `others`, of the same seeds and frames.
  func difference(from others: [Evaluator], _ figure: Figure) -> Estimate? {
    Bootstrap()(runs: count, frames: self[0].frames.count) { run, frames in
      guard let here = self[run].evaluation(of: frames)[figure],
        let there = others[run].evaluation(of: frames)[figure]
      else { return nil }
      return here - there
    }
  }
}
