import UNetEvaluation
import UNetPrediction

/// The evaluated predictions of a row: for each seed the frames of all folds, in the folds' order.
struct RowOutcome {
  private var evaluators: [Evaluator] = []
  /// The same at the model's own threshold; empty where no column asks for that.
  private var own: [Evaluator] = []
  private var trainings: [EvaluatedTraining] = []
  private let row: ReproductionPlan.Row
  private let prediction: ReproductionPlan.PredictionVariant

  /// A training with its frames' places in the evaluator of its seed.
  private struct EvaluatedTraining {
    let training: Reproduction.Training
    let record: RunRecord
    let frames: Range<Int>
  }

  init(
    _ row: ReproductionPlan.Row, _ prediction: ReproductionPlan.PredictionVariant,
    of reproduction: Reproduction
  ) throws {
    (self.row, self.prediction) = (row, prediction)
    let columns = reproduction.plan.columns
    let asksForOwn = columns.contains {
      if case .atOwnThreshold = $0.content { true } else { false }
    }
    for seed in 1...reproduction.seeds {
      var evaluator: Evaluator?
      var atOwn: Evaluator?
      for fold in row.folds {
        let training = reproduction.training(row, fold, seed: seed)
        guard let record = try reproduction.record(of: training) else {
          preconditionFailure("\(training.name) has no record")
        }
        let experiment = try training.experiment(prediction)
        let files = try reproduction.runFolder(training)
        let threshold = try Model.read(files.model).threshold
        let held = HeldOutPrediction(experiment: experiment, file: files.predictions(prediction.id))
        var current = evaluator ?? experiment.evaluator(of: columns.metrics)
        let first = current.frames.count
        let frames = try held.compared(threshold: threshold, root: reproduction.root)
        current.add(frames)
        evaluator = current
        if asksForOwn {
          var binary = atOwn ?? experiment.evaluator(of: columns.metrics)
          binary.add(frames.map { $0.divided(at: threshold) })
          atOwn = binary
        }
        trainings.append(
          EvaluatedTraining(training: training, record: record, frames: first..<current.frames.count))
      }
      evaluators += [evaluator].compactMap(\.self)
      own += [atOwn].compactMap(\.self)
    }
  }

  var commits: [String] { trainings.compactMap(\.record.commit) }

  /// A figure of each seed, of all folds together.
  func values(_ figure: Figure) -> [Double] { evaluators.compactMap { $0.evaluation[figure] } }

  func estimate(_ content: TableColumn.Content) -> Estimate? {
    switch content {
    case .figure(let figure): estimate(figure, evaluators)
    case .atOwnThreshold(let figure): estimate(figure, own)
    case .seconds: estimate(of: trainings.compactMap { $0.record.predictionSeconds[prediction.id] })
    }
  }

  private func estimate(_ figure: Figure, _ evaluators: [Evaluator]) -> Estimate? {
    Bootstrap()(runs: evaluators.count, frames: evaluators[0].frames.count) { run, frames in
      evaluators[run].evaluation(of: frames)[figure]
    }
  }

  /// Times vary with the machine, not with frames: the mean, and the least and greatest.
  private func estimate(of seconds: [Double]) -> Estimate? {
    guard let low = seconds.min(), let high = seconds.max() else { return nil }
    return Estimate(mean: seconds.reduce(0, +) / Double(seconds.count), low: low, high: high)
  }

  func lines(_ columns: [TableColumn]) -> [ResultTable.RunLine] {
    trainings.map { evaluated in
      let (training, record) = (evaluated.training, evaluated.record)
      let evaluation = evaluators[training.seed - 1].evaluation(of: evaluated.frames)
      let atOwn = own.isEmpty ? nil : own[training.seed - 1].evaluation(of: evaluated.frames)
      let cells = columns.map { column -> Double? in
        guard column.set.map({ $0 == row.column }) ?? true else { return nil }
        switch column.content {
        case .figure(let figure): return evaluation[figure]
        case .atOwnThreshold(let figure): return atOwn?[figure]
        case .seconds: return record.predictionSeconds[prediction.id]
        }
      }
      return ResultTable.RunLine(
        name: training.name(prediction.suffix),
        steps: record.steps, seconds: record.seconds, cells: cells, state: record.state)
    }
  }
}
