import Foundation
import UNetExperiments
import UNetFiles
import UNetImages
import UNetPrediction
import UNetRuntime
import UNetVersion
import UNetWork

/// A table of the paper made again: every training, its evaluation on held-out images, and the table (section 4).
///
/// What a training leaves stays in its folder, so that an interrupted reproduction goes on where it was.
package struct Reproduction {
  let seeds: Int
  let plan: ReproductionPlan
  let root: DataRoot
  private let name: String
  private let steps: Int?
  private let runs: String
  private let results: String
  private let overwrite: Bool
  let arguments: [String]

  /// A reproduction that trains in folders under `runs` and leaves the table in `results`.
  ///
  /// - `seeds`: trainings of each fold; `nil`: as many as the plan has.
  /// - `steps`: of every training, to try it out; the table then has another name.
  /// - `overwrite`: whether the table may replace one that is there.
  /// - `arguments`: the words of the command line, which the table notes.
  package init(
    _ plan: ReproductionPlan, seeds: Int? = nil, steps: Int? = nil, root: DataRoot, runs: String,
    results: String, overwrite: Bool = false, arguments: [String] = []
  ) {
    (self.plan, self.overwrite) = (plan, overwrite)
    (self.seeds, self.steps, self.root, self.results) = (seeds ?? plan.seeds, steps, root, results)
    name = "\(plan.name)\(steps.map { "-\($0)-steps" } ?? "")"
    self.runs = "\(runs)/\(name)"
    self.arguments = arguments
  }

  /// Trains what is not yet trained, evaluates, and writes the table.
  /// - Returns: the files of the table.
  /// - Throws: `OutputError` where the table is there and not to be overwritten; `Interrupted`, after which the same reproduction goes on; errors of data, files and backend.
  package func run<B: Backend>(on backend: B, observer: WorkObserver<TrainingRun.Event> = .init()) throws
    -> [String]
  {
    try prepare()
    return try write(train(on: backend, observer), on: backend, observer)
  }

  /// The same for several, whose tables are written when all trainings are done: after an interruption no table is in the way.
  package static func run<B: Backend>(
    _ reproductions: [Reproduction], on backend: B, observer: WorkObserver<TrainingRun.Event> = .init()
  ) throws -> [String] {
    for reproduction in reproductions { try reproduction.prepare() }
    let counts = try reproductions.map { try $0.train(on: backend, observer) }
    return try zip(reproductions, counts).flatMap { try $0.write($1, on: backend, observer) }
  }

  /// Makes sure that the table can be written and that everything it is made of is there.
  private func prepare() throws {
    try Outputs(overwrite: overwrite).check(files)
    try check()
  }

  /// What the trainings came to: how many there are, and whether other processes have made some of them.
  private typealias Made = (count: Int, isShared: Bool)

  private func train<B: Backend>(on backend: B, _ observer: WorkObserver<TrainingRun.Event>) throws -> Made {
    let trainings = plan.rows.flatMap { row in
      row.folds.flatMap { fold in (1...seeds).map { training(row, fold, seed: $0) } }
    }
    var elsewhere: [Training] = []
    for (number, training) in trainings.enumerated() {
      observer.logger.info("[\(number + 1)/\(trainings.count)] \(training.name)")
      do { try run(training, on: backend, observer) } catch let error as FolderInUse {
        observer.logger.info("\(error.owner) is training it")
        elsewhere.append(training)
      }
    }
    try finish(elsewhere, on: backend, observer)
    return (trainings.count, !elsewhere.isEmpty)
  }

  private func write<B: Backend>(
    _ made: Made, on backend: B, _ observer: WorkObserver<TrainingRun.Event>
  ) throws -> [String] {
    // The process that waited may find the table written.
    if made.isShared, !overwrite, files.allSatisfy(Files.exists) { return files }
    observer.logger.info("evaluating \(made.count) trainings")
    return try write(tabulate(device: backend.name))
  }

  /// Waits for trainings that other processes have begun, and goes on with those that they leave undone.
  private func finish<B: Backend>(
    _ trainings: [Training], on backend: B, _ observer: WorkObserver<TrainingRun.Event>
  ) throws {
    for training in trainings {
      while true {
        do {
          try run(training, on: backend, observer)
          break
        } catch is FolderInUse {
          guard !observer.isCancelled() else {
            throw Interrupted("interrupted while waiting for other processes")
          }
          Thread.sleep(forTimeInterval: 1)
        }
      }
    }
  }

  /// One training of the plan.
  struct Training {
    let row: ReproductionPlan.Row
    let fold: ReproductionPlan.Fold
    let seed: Int
    fileprivate let steps: Int?
    var name: String { name() }

    /// The row with a prediction's `suffix`, the set of images, the fold and the seed.
    func name(_ suffix: String = "") -> String {
      "\(row.trainedName)\(suffix)\(row.column.map { ", \($0)" } ?? ""), held out \(fold.name), seed \(seed)"
    }
    /// The experiment with one of the row's ways to predict; with none of them, what is trained.
    func experiment(_ prediction: ReproductionPlan.PredictionVariant? = nil) throws -> Experiment {
      try row.experiment(
        fold, seed: seed, (prediction?.overrides ?? []) + (steps.map { ["training.steps=\($0)"] } ?? []))
    }
  }

  func training(_ row: ReproductionPlan.Row, _ fold: ReproductionPlan.Fold, seed: Int) -> Training {
    Training(row: row, fold: fold, seed: seed, steps: steps)
  }

  /// The folder of a training.
  func runFolder(_ training: Training) throws -> RunFolder {
    RunFolder("\(runs)/\(try training.experiment().name)")
  }

  /// What a finished training left; `nil` where it is not finished.
  func record(of training: Training) throws -> RunRecord? {
    RunRecord.read(try runFolder(training).record, of: try training.experiment())
  }

  /// Every experiment can be read and every image is the published one, before the first step.
  private func check() throws {
    var prefixes: Set<String> = []
    for row in plan.rows where plan.isPinned {
      for fold in row.folds {
        let data = try row.experiment(fold, seed: 1).data
        guard case .files(let images, _, _) = data.origin else { continue }
        prefixes.insert(images.split(separator: "/").dropLast().joined(separator: "/"))
      }
    }
    if !prefixes.isEmpty { try PinnedData().check(prefixes, root: root) }
  }

  /// The table as Markdown and as CSV.
  private var files: [String] { ["md", "csv"].map { "\(results)/\(name).\($0)" } }

  private func write(_ result: ResultTable) throws -> [String] {
    try Files.makeFolder(results)
    for (file, text) in zip(files, [result.markdown, result.csv]) { try AtomicFile.write(text, to: file) }
    return files
  }
}

// MARK: - A training

extension Reproduction {
  /// Trains, unless that is done, and predicts what is held out in every way of the row.
  private func run<B: Backend>(
    _ training: Training, on backend: B, _ observer: WorkObserver<TrainingRun.Event>
  ) throws {
    let files = try runFolder(training)
    var record = try record(of: training) ?? trained(training, files, on: backend, observer)
    for prediction in training.row.predictions where record.predictionSeconds[prediction.id] == nil {
      let experiment = try training.experiment(prediction)
      record.predictionSeconds[prediction.id] = try HeldOutPrediction(
        experiment: experiment, file: files.predictions(prediction.id)
      ).write(
        Model.read(files.model), windows: prediction.windows, root: root, on: backend,
        isCancelled: observer.isCancelled)
      try record.write(to: files.record)
    }
  }

  private func trained<B: Backend>(
    _ training: Training, _ files: RunFolder, on backend: B, _ observer: WorkObserver<TrainingRun.Event>
  ) throws -> RunRecord {
    let experiment = try training.experiment()
    let run = TrainingRun(experiment, root: root, folder: files.path, resume: files.holdsRun)
    let outcome = try run.run(on: backend, observer: observer)
    return RunRecord(
      experiment: experiment.hash, state: outcome.digest, steps: experiment.training.steps,
      seconds: outcome.seconds, device: backend.name, commit: Version.commit())
  }
}
