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
      let file = name.hasPrefix("/") ? name : Path.join(Path.folder(of: path), name)
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
    let by =
      try mapping["by"].map { try Self.figure($0, of: first) }
      ?? figures.first { $0 == first.figureOfObjects } ?? figures[0]
    let choosesPrediction = try mapping["prediction"]?.flag() ?? false
    if choosesPrediction, let value = mapping["prediction"], first.network.classes > 2 {
      throw value.failure(
        "is for two classes: of \(first.network.classes) the most probable decides, and no threshold")
    }
    var rows: [ReproductionPlan.Row] = []
    let questions = try Self.some(mapping.required("questions"), "a question")
    for question in questions {
      rows += try Self.answers(
        question, yaml, file, overrides, folds,
        hasFolds: folds.contains { $0.overrides.contains { $0.hasPrefix("data.hold-out=") } })
    }
    for at in rows.indices { rows[at].isPinned = isPinned }
    try Self.checkNames(questions, "question") { try YAMLMapping($0, keys: ["question", "set", "answers"]) }
    return ReproductionPlan(
      name: Path.stem(path), title: try mapping.required("title").text(),
      caveat: [try mapping["text"]?.paragraph(), Self.judged].compactMap(\.self).joined(separator: "\n\n"),
      columns: figures.map { TableColumn($0) }, rows: rows,
      seeds: try mapping["seeds"]?.integer(.from(1, to: 100)) ?? 2, measuredOn: "here",
      isPinned: isPinned, choice: ReproductionPlan.Choice(figure: by, choosesPrediction: choosesPrediction),
      notes: mapping["folds"].map(Self.isNumber) ?? false
        ? [try ReproductionPlan.foldsNote(Experiment(yaml: yaml, file: file, overrides: overrides))]
          .compactMap(\.self)
        : [])
  }

  /// How an answer is judged.
  private static let judged = """
    Each part of the images is judged at the answer's threshold or, where that is `auto`, at the one that is best for the other parts,
    without others at 0.5; the runs below say which.
    """

  private static func isNumber(_ value: YAMLValue) -> Bool {
    if case .scalar = value.content { true } else { false }
  }

  /// The values of a list that may not be empty.
  private static func some(_ value: YAMLValue, _ what: String) throws -> [YAMLValue] {
    let values = try value.list()
    guard !values.isEmpty else { throw value.failure("has nothing in it: give \(what)") }
    return values
  }

  /// Sees to it that no two of `values` have one name under `key`.
  private static func checkNames(
    _ values: [YAMLValue], _ key: String, in mapping: (YAMLValue) throws -> YAMLMapping
  ) throws {
    var names: Set<String> = []
    for value in values {
      let name = try mapping(value).required(key)
      guard try names.insert(name.text()).inserted else {
        throw name.failure("is '\(try name.text())' a second time: give each another name")
      }
    }
  }

  /// `key=value`, one or a list of such.
  private static func overrides(_ value: YAMLValue?) throws -> [String] {
    try value?.list().map { try $0.text() } ?? []
  }

  /// A number, of parts that are held out in turn; or a list of names, each with what it sets.
  private static func folds(_ value: YAMLValue) throws -> [ReproductionPlan.Fold] {
    if isNumber(value) {
      return ReproductionPlan.Fold.parts(try value.integer(.from(2, to: 100)))
    }
    let values = try some(value, "a number of parts, or a list of parts")
    try checkNames(values, "name") { try YAMLMapping($0, keys: ["name", "set"]) }
    return try values.map { fold in
      let mapping = try YAMLMapping(fold, keys: ["name", "set"])
      let name = try mapping.required("name")
      // It becomes a part of a folder's name.
      guard try !name.text().contains("/"), try name.text().utf8.count <= 60 else {
        throw name.mismatch("at most 60 letters, no '/' among them")
      }
      return .init(name: try name.text(), overrides: try overrides(mapping["set"]))
    }
  }

  private static func figures(_ value: YAMLValue?, of experiment: Experiment) throws -> [Figure] {
    guard let value else {
      return experiment.tableFigures
    }
    return try some(value, "a figure").map { try figure($0, of: experiment) }
  }

  private static func figure(_ value: YAMLValue, of experiment: Experiment) throws -> Figure {
    let known = Metric.allCases.figures(of: experiment.data.kind, classes: experiment.network.classes)
      .filter { $0.better != nil }
    let name = try value.text()
    guard let figure = known.first(where: { $0.name == name }) else {
      throw value.mismatch("a figure of these labels, such as \(alternatives(known.prefix(8).map(\.name)))")
    }
    return figure
  }

  private static func answers(
    _ value: YAMLValue, _ yaml: String, _ file: String, _ common: [String], _ folds: [ReproductionPlan.Fold],
    hasFolds: Bool
  ) throws -> [ReproductionPlan.Row] {
    let mapping = try YAMLMapping(value, keys: ["question", "set", "answers"])
    let question = try mapping.required("question").text()
    let asked = try overrides(mapping["set"])
    let answers = try some(mapping.required("answers"), "an answer")
    try checkNames(answers, "name") { try YAMLMapping($0, keys: ["name", "set"]) }
    return try answers.map { answer in
      let mapping = try YAMLMapping(answer, keys: ["name", "set"])
      let own = try overrides(mapping["set"])
      let all = common + asked + own
      for (key, reason) in [
        ("training.seed", "seeds of a study count from 1"), ("device", "give --device"),
        ("name", "folders are named by what they hold"),
      ]
        + (hasFolds ? [("data.hold-out", "folds say what is held out")] : [])
      where all.contains(where: { $0.hasPrefix("\(key)=") }) {
        throw value.failure("sets \(key), which changes nothing: \(reason)")
      }
      // Ways to predict need no training of their own.
      let isOfPrediction = { (set: String) in set.hasPrefix("prediction.") || set.hasPrefix("prediction=") }
      let predicting = all.filter(isOfPrediction)
      var row = ReproductionPlan.Row(
        name: try mapping.required("name").text(), id: nil, yaml: yaml, path: file,
        overrides: all.filter { !isOfPrediction($0) }, folds: folds,
        predictions: [.init(overrides: predicting)])
      (row.question, row.answer) = (question, asked + own)
      // A mistake in an override is told before the first training.
      for fold in folds { _ = try row.experiment(fold, seed: 1, predicting) }
      return row
    }
  }
}

extension ReproductionPlan {
  /// The experiment in the file at `path`, with parts of its images held out in turn.
  /// - Throws: `ConfigurationError`, `FileError`.
  package static func crossValidation(of path: String, folds: Int) throws -> ReproductionPlan {
    let experiment: Experiment
    do { experiment = try Experiment.load(path) } catch let error as ConfigurationError {
      guard (try? StudyFile(path).plan()) != nil else { throw error }
      throw ConfigurationError(
        path, "is a study, which says itself what is held out: leave --folds away, or give its experiment")
    }
    return ReproductionPlan(
      name: "\(experiment.name)-\(folds)-folds", title: "\(experiment.name), cross-validation",
      caveat: """
        Each of \(folds) parts of the images was held out in turn, and judged by a network trained on the others.  A threshold that
        images choose (`auto`) is the best for the other parts, not for the one that is judged.
        """,
      columns: experiment.tableFigures.map { TableColumn($0) },
      rows: [
        Row(
          name: experiment.name, id: nil, yaml: try TextFile.read(path), path: path,
          folds: Fold.parts(folds))
      ], seeds: 1, measuredOn: "held-out images", isPinned: false,
      notes: [foldsNote(experiment)].compactMap(\.self))
  }

  /// What may surprise where parts of an experiment's images are held out in turn; nil where nothing does.
  package static func foldsNote(_ experiment: Experiment) -> String? {
    experiment.data.holdOut == .none
      ? nil
      : "data.hold-out of the experiment is not used: folds are parts of all its images, but for those in data.leave-out, where "
        + "images belong that judge later"
  }
}

extension Experiment {
  /// The figures of its metrics that say how good it is.
  fileprivate var tableFigures: [Figure] {
    metrics.figures(of: data.kind, classes: network.classes).filter { $0.better != nil && !$0.isDetail }
  }
}

extension ReproductionPlan.Fold {
  /// So many parts of the images, held out in turn.
  fileprivate static func parts(_ count: Int) -> [Self] {
    (1...count).map { Self(name: "\($0)-of-\(count)", overrides: ["data.hold-out={fold: \($0)/\(count)}"]) }
  }
}
