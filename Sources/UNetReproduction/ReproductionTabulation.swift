import UNetEvaluation
import UNetPrediction
import UNetVersion

extension Reproduction {
  /// The table of what all trainings left.
  func tabulate(device: String) throws -> ResultTable {
    var result = ResultTable(
      title: title, caveat: caveat, columns: columns.map(\.column), published: published,
      measuredOn: plan.measuredOn, provenance: Provenance(device: device, arguments: arguments))
    for row in plan.rows {
      for prediction in row.predictions {
        let outcome = try RowOutcome(row, prediction, of: self)
        let cells = columns.map { column in
          column.set.map { $0 == row.column } ?? true ? outcome.estimate(column.content) : nil
        }
        result.add(cells, to: row.name + prediction.suffix)
        result.runs += outcome.lines(columns)
        result.provenance.trainedAt = Set(result.provenance.trainedAt + outcome.commits).sorted()
      }
    }
    return result
  }

  private var title: String {
    switch table {
    case .table1: "Table 1: EM segmentation challenge, budget \(budget.rawValue)"
    case .table2: "Table 2: cell tracking challenge, intersection over union (SEG), budget \(budget.rawValue)"
    case .ablation: "What the paper leaves open, one choice after the other, budget \(budget.rawValue)"
    }
  }

  private var published: [ResultTable.Published] {
    switch table {
    case .table1: [PublishedResults.table1]
    case .table2: [PublishedResults.table2]
    case .ablation: []
    }
  }

  private var caveat: String {
    let common = """
      The challenge's test labels were never published.  Our figures are a cross-validation: measured on part of the
      training set that the network has not seen, with networks trained on the rest of it.
      """
    switch table {
    case .table1, .ablation:
      return common + """
         They are not figures of the
        challenge's server: fewer slices to learn from, other slices to be judged by.  Neighbouring slices are alike, so whole
        blocks are held out.  Metrics are the challenge's (Documentation/metrics.md); warping, Rand and pixel error are the best
        over thresholds, as there.
        """
    case .table2:
      return common + """
         The paper's networks learnt from
        both sequences.  SEG is the challenge's: the mean over all true objects of the annotated frames.
        """
    }
  }

  /// What is computed of the held-out images.
  var metrics: [Metric] {
    switch table {
    case .table1, .ablation: [.warping, .rand, .pixel, .vrand, .vinfo]
    case .table2: [.seg]
    }
  }

  /// The table's columns.
  var columns: [TableColumn] {
    switch table {
    case .table1, .ablation:
      [
        TableColumn("warping error", 6, .figure(.warpingError)),
        TableColumn("Rand error", 4, .figure(.randError)),
        TableColumn("pixel error", 4, .figure(.pixelError)), TableColumn("V_rand", 4, .figure(.vrand)),
        TableColumn("V_info", 4, .figure(.vinfo)), TableColumn("seconds a slice", 2, .seconds),
      ]
    case .table2:
      [
        TableColumn("PhC-U373", 4, .figure(.seg), set: "PhC-U373"),
        TableColumn("DIC-HeLa", 4, .figure(.seg), set: "DIC-HeLa"),
      ]
    }
  }
}

/// A column, and what fills it.
struct TableColumn {
  enum Content: Equatable {
    /// A figure of the held-out images.
    case figure(Figure)
    /// The seconds that a picture of 512² pixels takes to predict.
    case seconds
  }
  let column: ResultTable.Column
  let content: Content
  /// The set of images whose rows fill it; `nil`: every row does.
  let set: String?

  init(_ title: String, _ digits: Int, _ content: Content, set: String? = nil) {
    column = ResultTable.Column(title: title, digits: digits, isTime: content == .seconds)
    (self.content, self.set) = (content, set)
  }
}

extension ResultTable {
  /// Fills the empty cells of the row called `name`, a new one where there is none.
  fileprivate mutating func add(_ cells: [Estimate?], to name: String) {
    guard let at = ours.firstIndex(where: { $0.name == name }) else {
      ours.append(Row(name: name, cells: cells))
      return
    }
    ours[at].cells = zip(ours[at].cells, cells).map { $0 ?? $1 }
  }
}

/// The evaluated predictions of a row: for each seed the frames of all folds, in the folds' order.
private struct RowOutcome {
  private var evaluators: [Evaluator] = []
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
  )
    throws
  {
    (self.row, self.prediction) = (row, prediction)
    for seed in 1...reproduction.seeds {
      var evaluator: Evaluator?
      for fold in row.folds {
        let training = reproduction.training(row, fold, seed: seed)
        guard let record = try reproduction.record(of: training) else {
          preconditionFailure("\(training.name) has no record")
        }
        let experiment = try training.experiment(prediction)
        let held = HeldOutPrediction(
          experiment: experiment, file: try reproduction.runFolder(training).predictions(prediction.id))
        var current = evaluator ?? experiment.evaluator(of: reproduction.metrics)
        let first = current.frames.count
        current.add(try held.compared(root: reproduction.root))
        evaluator = current
        trainings.append(
          EvaluatedTraining(training: training, record: record, frames: first..<current.frames.count))
      }
      if let evaluator { evaluators.append(evaluator) }
    }
  }

  var commits: [String] { trainings.compactMap(\.record.commit) }

  func estimate(_ content: TableColumn.Content) -> Estimate? {
    switch content {
    case .figure(let figure):
      Bootstrap()(runs: evaluators.count, frames: evaluators[0].frames.count) { run, frames in
        evaluators[run].evaluation(of: frames)[figure]
      }
    case .seconds: estimate(of: trainings.compactMap { $0.record.predictionSeconds[prediction.id] })
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
      let cells = columns.map { column -> Double? in
        guard column.set.map({ $0 == row.column }) ?? true else { return nil }
        switch column.content {
        case .figure(let figure): return evaluation[figure]
        case .seconds: return record.predictionSeconds[prediction.id]
        }
      }
      return ResultTable.RunLine(
        name: training.name(prediction.suffix),
        steps: record.steps, seconds: record.seconds, cells: cells, state: record.state)
    }
  }
}
