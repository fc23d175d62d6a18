import UNetExperimentFiles
import UNetExperiments
import UNetPrediction

/// What a table is made of: rows of ours, each a training repeated over folds and seeds.
package struct ReproductionPlan {
  /// The experiments, row by row.
  let rows: [Row]
  /// Trainings of each fold, with seeds from 1, unless `--seeds` says otherwise.
  let seeds: Int
  /// What our figures are measured on.
  let measuredOn: String

  /// A plan of these rows.
  package init(rows: [Row], seeds: Int, measuredOn: String) {
    (self.rows, self.seeds, self.measuredOn) = (rows, seeds, measuredOn)
  }

  /// A row: an experiment on one set of images.
  package struct Row {
    /// Its name in the table.
    let name: String
    /// The column of its figure, in a table with a column for each set of images; else `nil`, and it fills its line.
    var column: String?
    /// Its name in the names of folders, unique in the plan.
    let id: String
    /// The experiment's text, and the file that it comes from.
    let yaml: String, path: String
    /// Overrides of the experiment that belong to the row.
    var overrides: [String] = []
    let folds: [Fold]
    /// Ways to predict with the trained network; each is a row of the table.
    var predictions = [PredictionVariant()]

    /// A row of the experiment `yaml`, the text of the file at `path`.
    package init(
      name: String, column: String? = nil, id: String, yaml: String, path: String, overrides: [String] = [],
      folds: [Fold], predictions: [PredictionVariant] = [PredictionVariant()]
    ) {
      (self.name, self.column, self.id, self.yaml, self.path) = (name, column, id, yaml, path)
      (self.overrides, self.folds, self.predictions) = (overrides, folds, predictions)
    }

    /// A row of an experiment that the binary carries.
    init(
      name: String, column: String? = nil, id: String, file: ExperimentFile, overrides: [String] = [],
      folds: [Fold], predictions: [PredictionVariant] = [PredictionVariant()]
    ) {
      self.init(
        name: name, column: column, id: id, yaml: file.text, path: file.path, overrides: overrides,
        folds: folds, predictions: predictions)
    }
  }

  /// What is trained on, and what is held out.
  package struct Fold {
    let name: String
    var overrides: [String] = []

    /// A fold called `name`, whose overrides say what is held out.
    package init(name: String, overrides: [String] = []) { (self.name, self.overrides) = (name, overrides) }
  }

  /// A way to predict, which needs no training of its own.
  package struct PredictionVariant {
    /// Its part of the names of files.
    var id = "predictions"
    /// What it adds to the row's name.
    var suffix = ""
    var overrides: [String] = []
    /// Whether the time is that of windows computed one by one, which give the same bits.
    var windows = false

    /// By default one prediction as the experiment says.
    package init(
      id: String = "predictions", suffix: String = "", overrides: [String] = [], windows: Bool = false
    ) {
      (self.id, self.suffix, self.overrides, self.windows) = (id, suffix, overrides, windows)
    }
  }
}

extension ReproductionPlan.Row {
  /// The experiment of one training, as its file, the overrides and `more` overrides say.
  /// - Throws: `ConfigurationError`.
  func experiment(_ fold: ReproductionPlan.Fold, seed: Int, _ more: [String] = []) throws -> Experiment {
    // `PinnedData` has checked the pixels; the files may be stored in another way than those that were pinned.
    let own = ["name=\(id)-\(fold.name)-seed\(seed)", "training.seed=\(seed)", "data.sha256={}"]
    return try Experiment(
      yaml: yaml, file: path, overrides: overrides + fold.overrides + own + more)
  }
}

/// Tables that can be made again.
package enum ReproducedTable: String, CaseIterable, Sendable {
  /// The EM segmentation challenge.
  case table1
  /// The cell tracking challenge.
  case table2
  /// What the paper leaves open, one choice after the other.
  case ablation
}

/// How much time a table may take.
package enum Budget: String, CaseIterable, Sendable {
  /// Small networks, for two cores of a processor.
  case quick
  /// The paper's network, for a graphics card.
  case full
}
