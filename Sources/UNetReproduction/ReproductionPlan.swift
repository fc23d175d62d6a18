import UNetConfiguration
import UNetEvaluation
import UNetExperimentFiles
import UNetExperiments
import UNetPrediction

/// What a table is made of: rows of ours, each a training repeated over folds and seeds.
package struct ReproductionPlan {
  /// The name of the table, and of the folder of its trainings.
  let name: String
  /// What of it is made, in the names of the table's files; empty where all of it is.
  var part = ""
  /// The table's heading, and what a reader must know before comparing rows.
  var title: String
  let caveat: String
  /// Rows as others published them.
  var published: [ResultTable.Published] = []
  /// The table's columns.
  let columns: [TableColumn]
  /// The experiments, row by row.
  package var rows: [Row]
  /// Trainings of each fold, with seeds from 1, unless `--seeds` says otherwise.
  let seeds: Int
  /// What our figures are measured on.
  var measuredOn: String
  /// Whether the images are published ones, of which the SHA-256 of the pixels is known.
  var isPinned = true
  /// How answers to questions are chosen, where rows are answers.
  var choice: Choice?
  /// What is odd about the plan, a line each.
  var notes: [String] = []

  /// What is chosen by the rows.
  struct Choice {
    /// The figure that is to be best.
    let figure: Figure
    /// Whether threshold and instance options are chosen as well, for the answer to the last question.
    let choosesPrediction: Bool
  }

  /// A row: an experiment on one set of images.
  package struct Row {
    /// Its name in the table.
    package let name: String
    /// The question to which it is an answer; the first answer stands unless another is clearly better.
    package var question: String?
    /// The column of its figure, in a table with a column for each set of images; else `nil`, and it fills its line.
    var column: String?
    /// Its name in the names of folders; nil: a digest of what decides the weights, so that rows which ask for the same training share it.
    package let id: String?
    /// The experiment's text, and the file that it comes from.
    package let yaml: String, path: String
    /// Whether the networks of all seeds are also used together: a row of their mean probabilities.
    var averagesSeeds = false
    /// Overrides of the experiment that belong to the row.
    var overrides: [String] = []
    package fileprivate(set) var folds: [Fold]
    /// Ways to predict with the trained network; each is a row of the table.
    var predictions = [PredictionVariant()]
    /// Whether the digests of the experiment's files are of no matter, since `PinnedData` has checked the pixels.
    var isPinned = false
    /// What the answer sets, beside what all rows have in common.
    package var answer: [String] = []
    /// The row's name in those of its trainings.
    var trainedName: String { [question, name].compactMap(\.self).joined(separator: " ") }

    /// A row of the experiment `yaml`, the text of the file at `path`.
    package init(
      name: String, column: String? = nil, id: String?, yaml: String, path: String, overrides: [String] = [],
      folds: [Fold], predictions: [PredictionVariant] = [PredictionVariant()]
    ) {
      (self.name, self.column, self.id, self.yaml, self.path) = (name, column, id, yaml, path)
      (self.overrides, self.folds, self.predictions) = (overrides, folds, predictions)
    }

    /// A row of an experiment that the binary carries.
    init(
      name: String, column: String? = nil, id: String, file: ExperimentFile, averagesSeeds: Bool = false,
      overrides: [String] = [], folds: [Fold], predictions: [PredictionVariant] = [PredictionVariant()]
    ) {
      self.init(
        name: name, column: column, id: id, yaml: file.text, path: file.path, overrides: overrides,
        folds: folds, predictions: predictions)
      self.averagesSeeds = averagesSeeds
    }
  }

  /// What is trained on, and what is held out.
  package struct Fold {
    package let name: String
    var overrides: [String] = []
    /// The experiment that is trained on it, where that is not the row's.
    var file: ExperimentFile?

    /// A fold called `name`, whose overrides say what is held out.
    package init(name: String, overrides: [String] = []) { (self.name, self.overrides) = (name, overrides) }

    /// A fold with an experiment of its own.
    init(name: String, file: ExperimentFile) { (self.name, self.file) = (name, file) }
  }

  /// A way to predict, which needs no training of its own.
  package struct PredictionVariant {
    /// What it adds to the row's name.
    var suffix = ""
    var overrides: [String] = []
    /// Whether the time is that of windows computed one by one, which give the same bits.
    var windows = false

    /// By default one prediction as the experiment says.
    package init(suffix: String = "", overrides: [String] = [], windows: Bool = false) {
      (self.suffix, self.overrides, self.windows) = (suffix, overrides, windows)
    }
  }
}

extension ReproductionPlan.Row {
  /// The experiment of one training, as its file, the overrides and `more` overrides say; its name is that of its folder.
  /// - Throws: `ConfigurationError`.
  func experiment(_ fold: ReproductionPlan.Fold, seed: Int, _ more: [String] = []) throws -> Experiment {
    // Files may be stored in another way than those that were pinned.
    let own = ["training.seed=\(seed)"] + (isPinned ? ["data.sha256={}"] : [])
    var experiment = try Experiment(
      yaml: fold.file?.text ?? yaml, file: fold.file?.path ?? path,
      overrides: overrides + fold.overrides + own + more)
    experiment.name = [id ?? "\(experiment.hashOfWeights.prefix(8))", fold.name, "seed\(seed)"]
      .filter { !$0.isEmpty }.joined(separator: "-")
    return experiment
  }
}

extension ReproductionPlan {
  /// The same with the rows called `row` alone, and of these what trains without `heldOut`; nil: all of them.
  /// - Throws: `ConfigurationError` where nothing is called so.
  package func only(row: String?, heldOut: String?) throws -> ReproductionPlan {
    var plan = self
    if let row {
      plan.rows.removeAll { $0.id != row }
      try Self.check(row, "--row", of: rows.compactMap(\.id), isFound: !plan.rows.isEmpty)
    }
    if let heldOut {
      let names = plan.rows.flatMap { $0.folds.map(\.name) }
      for at in plan.rows.indices { plan.rows[at].folds.removeAll { $0.name != heldOut } }
      plan.rows.removeAll(where: \.folds.isEmpty)
      try Self.check(heldOut, "--held-out", of: names, isFound: !plan.rows.isEmpty)
      plan.measuredOn = "here, with \(heldOut) held out"
    }
    plan.part = [row, heldOut].compactMap(\.self).map { "-\($0)" }.joined()
    let names = [row, heldOut.map { "held out \($0)" }].compactMap(\.self)
    if !names.isEmpty { plan.title += ", of it \(names.joined(separator: ", "))" }
    return plan
  }

  private static func check(_ name: String, _ option: String, of names: [String], isFound: Bool) throws {
    guard !isFound else { return }
    let known = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    throw ConfigurationError(option, "is '\(name)', which this table has not: give \(alternatives(known))")
  }
}
