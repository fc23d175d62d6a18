import UNetExperiments

extension Reproduction {
  /// The trainings of the plan: rows that differ only in how they predict share theirs.
  func trainings() throws -> [Training] {
    var trainings: [Training] = []
    for row in plan.rows {
      for fold in row.folds {
        for seed in 1...seeds {
          let next = try training(row, fold, seed: seed)
          if let at = trainings.firstIndex(where: { $0.folderName == next.folderName }) {
            trainings[at].predictions += next.predictions
          } else {
            trainings.append(next)
          }
        }
      }
    }
    return trainings
  }

  /// One training of the plan.
  struct Training {
    let row: ReproductionPlan.Row
    let fold: ReproductionPlan.Fold
    let seed: Int
    /// What is trained; its name is that of its folder.
    let experiment: Experiment
    fileprivate let steps: [String]
    /// The ways to predict what is held out.
    var predictions: [ReproductionPlan.PredictionVariant]
    var name: String { name() }
    var folderName: String { experiment.name }

    /// The row with a prediction's `suffix`, the set of images, the fold and the seed.
    func name(_ suffix: String = "") -> String {
      [
        "\(row.trainedName)\(suffix)", row.column, fold.name.isEmpty ? nil : "held out \(fold.name)",
        "seed \(seed)",
      ].compactMap(\.self).joined(separator: ", ")
    }
    /// The experiment with one of the row's ways to predict.
    func predicting(_ prediction: ReproductionPlan.PredictionVariant) throws -> Experiment {
      try row.experiment(fold, seed: seed, prediction.overrides + steps)
    }
  }

  func training(_ row: ReproductionPlan.Row, _ fold: ReproductionPlan.Fold, seed: Int) throws -> Training {
    let steps = steps.map { ["training.steps=\($0)"] } ?? []
    return Training(
      row: row, fold: fold, seed: seed, experiment: try row.experiment(fold, seed: seed, steps), steps: steps,
      predictions: row.predictions)
  }
}
