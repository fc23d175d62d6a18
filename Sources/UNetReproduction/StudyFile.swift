import UNetConfiguration
import UNetEvaluation
import UNetExperiments
import UNetFiles

/// A study in YAML: an experiment, what is answered by training it in several ways, and the images that judge.
package struct StudyFile {
  private let text: String, path: String
  /// The text of the experiment that the study names.
  private let experiment: (_ name: String) throws -> (yaml: String, path: String)
  private let isPinned: Bool

  /// The study in the file at `path`, whose experiment lies beside it.
  /// - Throws: `FileError`.
  package init(_ path: String) throws {
    self.init(text: try TextFile.read(path), path: path, isPinned: false) { name in
      let file = Path.join(Path.folder(of: path), name)
      return (try TextFile.read(file), file)
    }
  }

  /// A study of this text, whose experiment `experiment` gives.
  init(
    text: String, path: String, isPinned: Bool,
    experiment: @escaping (String) throws -> (yaml: String, path: String)
  ) {
    (self.text, self.path, self.isPinned, self.experiment) = (text, path, isPinned, experiment)
  }

  private static let keys = [
    "title", "text", "experiment", "set", "folds", "seeds", "figures", "by", "prediction", "questions",
  ]

  /// The plan of the study.
  /// - Throws: `ConfigurationError`, `FileError`.
  package func plan() throws -> ReproductionPlan {
    let mapping = try YAMLMapping(try .document(text, file: path), keys: Self.keys)
    let (yaml, file) = try experiment(mapping.required("experiment").text())
    let overrides = try Self.overrides(mapping["set"])
    let folds = try mapping["folds"].map(Self.folds) ?? [ReproductionPlan.Fold(name: "")]
    let first = try Experiment(yaml: yaml, file: file, overrides: overrides + folds[0].overrides)
    let figures = try Self.figures(mapping["figures"], of: first)
    var rows: [ReproductionPlan.Row] = []
    for (number, question) in try mapping.required("questions").list().enumerated() {
      for row in try Self.answers(question, "\(number + 1)", yaml, file, overrides, folds) {
        rows.append(try row.sharing(rows))
      }
    }
    let by = try mapping["by"].map { try Self.figure($0, of: first) } ?? figures[0]
    return ReproductionPlan(
      name: Path.stem(path), title: try mapping.required("title").text(),
      caveat: try mapping["text"]?.paragraph() ?? "", columns: figures.map { TableColumn($0) }, rows: rows,
      seeds: try mapping["seeds"]?.integer(.from(1, to: 100)) ?? 2, measuredOn: "here",
      isPinned: isPinned,
      choice: ReproductionPlan.Choice(
        figure: by, choosesPrediction: try mapping["prediction"]?.flag() ?? false))
  }

  /// `key=value`, one or a list of such.
  private static func overrides(_ value: YAMLValue?) throws -> [String] {
    try value?.list().map { try $0.text() } ?? []
  }

  /// A number, of parts that are held out in turn; or a list of names, each with what it sets.
  private static func folds(_ value: YAMLValue) throws -> [ReproductionPlan.Fold] {
    if case .scalar = value.content {
      return ReproductionPlan.Fold.parts(try value.integer(.from(2, to: 100)))
    }
    return try value.list().map { fold in
      let mapping = try YAMLMapping(fold, keys: ["name", "set"])
      return .init(name: try mapping.required("name").text(), overrides: try overrides(mapping["set"]))
    }
  }

  private static func figures(_ value: YAMLValue?, of experiment: Experiment) throws -> [Figure] {
    guard let value else {
      return experiment.metrics.figures(of: experiment.data.kind).filter { $0.better != nil && !$0.isDetail }
    }
    return try value.list().map { try figure($0, of: experiment) }
  }

  private static func figure(_ value: YAMLValue, of experiment: Experiment) throws -> Figure {
    let known = Metric.allCases.figures(of: experiment.data.kind, classes: experiment.network.classes).filter
    { $0.better != nil }
    let name = try value.text()
    guard let figure = known.first(where: { $0.name == name }) else {
      throw value.mismatch("a figure of these labels, such as \(alternatives(known.prefix(8).map(\.name)))")
    }
    return figure
  }

  private static func answers(
    _ value: YAMLValue, _ number: String, _ yaml: String, _ file: String, _ common: [String],
    _ folds: [ReproductionPlan.Fold]
  ) throws -> [ReproductionPlan.Row] {
    let mapping = try YAMLMapping(value, keys: ["question", "set", "answers"])
    let question = try mapping.required("question").text()
    let asked = try overrides(mapping["set"])
    let shared = common + asked
    return try mapping.required("answers").list().enumerated().map { index, answer in
      let mapping = try YAMLMapping(answer, keys: ["name", "set"])
      let own = try overrides(mapping["set"])
      // Ways to predict need no training of their own.
      let (predicting, training) = (
        own.filter { $0.hasPrefix("prediction.") }, own.filter { !$0.hasPrefix("prediction.") }
      )
      let id = "\(number)-\(index + 1)"
      var row = ReproductionPlan.Row(
        name: try mapping.required("name").text(), id: id, yaml: yaml, path: file,
        overrides: shared + training, folds: folds,
        predictions: [
          predicting.isEmpty ? .init() : .init(id: "predictions-\(id)", overrides: predicting)
        ])
      (row.question, row.answer) = (question, asked + own)
      // A mistake in an override is told before the first training.
      for fold in folds { _ = try row.experiment(fold, seed: 1, predicting) }
      return row
    }
  }
}

extension ReproductionPlan {
  /// What the answer to a question sets that the experiment of the study has not, but for the number of steps, which follows from the
  /// time of a training; nil where there is no such answer.
  /// - Throws: `ConfigurationError`.
  package func lacks(_ answer: String, to question: String) throws -> [String]? {
    guard let row = rows.first(where: { $0.question == question && $0.name == answer }) else { return nil }
    let experiment = try Experiment(yaml: row.yaml, file: row.path)
    return try row.answer.filter { set in
      guard !set.hasPrefix("training.steps=") else { return false }
      return try Experiment(yaml: row.yaml, file: row.path, overrides: [set]) != experiment
    }
  }

  /// The experiment in the file at `path`, with parts of its images held out in turn.
  /// - Throws: `ConfigurationError`, `FileError`.
  package static func crossValidation(of path: String, folds: Int) throws -> ReproductionPlan {
    let experiment = try Experiment.load(path)
    let figures = experiment.metrics.figures(of: experiment.data.kind, classes: experiment.network.classes)
    return ReproductionPlan(
      name: "\(Path.stem(path))-\(folds)-folds", title: "\(experiment.name), cross-validation",
      caveat:
        "Each of \(folds) parts of the images was held out in turn, and judged by a network trained on the others.",
      columns: figures.filter { $0.better != nil && !$0.isDetail }.map { TableColumn($0) },
      rows: [
        Row(
          name: experiment.name, id: "fold", yaml: try TextFile.read(path), path: path,
          folds: Fold.parts(folds))
      ], seeds: 1, measuredOn: "held-out images", isPinned: false)
  }
}

extension ReproductionPlan.Fold {
  /// So many parts of the images, held out in turn.
  fileprivate static func parts(_ count: Int) -> [Self] {
    (1...count).map { Self(name: "\($0)-of-\(count)", overrides: ["data.hold-out={fold: \($0)/\(count)}"]) }
  }
}

extension ReproductionPlan.Row {
  /// The row with the trainings of an earlier one that does the same, where there is such a one.
  fileprivate func sharing(_ earlier: [Self]) throws -> Self {
    func experiment(_ row: Self) throws -> Experiment {
      var experiment = try row.experiment(row.folds[0], seed: 1)
      experiment.name = ""
      return experiment
    }
    let own = try experiment(self)
    guard let same = try earlier.first(where: { try experiment($0) == own }) else { return self }
    var shared = same
    (shared.name, shared.question, shared.answer) = (name, question, answer)
    (shared.predictions, shared.sharesTrainings) = (predictions, true)
    return shared
  }
}
