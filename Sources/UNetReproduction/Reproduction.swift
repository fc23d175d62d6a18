import Foundation
import UNetConfiguration
import UNetExperiments
import UNetFiles
import UNetImages
import UNetNumerics
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
  let steps: Int?
  private let runs: String
  private let results: String
  private let overwrite: Bool
  let arguments: [String]
  /// Files that the plan was made of.
  private let inputs: [String]

  /// A reproduction that trains in folders under `runs` and leaves the table in `results`.
  ///
  /// - `seeds`: trainings of each fold; `nil`: as many as the plan has.
  /// - `steps`: of every training, to try it out; the table then has another name.
  /// - `overwrite`: whether the table may replace one that is there.
  /// - `inputs`: the files of the plan, of which the table replaces none.
  /// - `arguments`: the words of the command line, which the table notes.
  package init(
    _ plan: ReproductionPlan, seeds: Int? = nil, steps: Int? = nil, root: DataRoot, runs: String,
    results: String, overwrite: Bool = false, inputs: [String] = [], arguments: [String] = []
  ) {
    (self.plan, self.overwrite, self.inputs) = (plan, overwrite, inputs)
    (self.seeds, self.steps, self.root, self.results) = (seeds ?? plan.seeds, steps, root, results)
    let inFewSteps = steps.map { "-\($0)-steps" } ?? ""
    name = plan.name + plan.part + inFewSteps
    self.runs = "\(runs)/\(plan.name)\(inFewSteps)"
    self.arguments = arguments
  }

  /// What a reproduction has written.
  package struct Written: Sendable {
    /// The files of the table.
    package let files: [String]
    /// What was chosen by it, a line each.
    package let chosen: [String]
  }

  /// Trains what is not yet trained, evaluates, and writes the tables, when all trainings are done: after an interruption no table is
  /// in the way.
  /// - Throws: `OutputError` where a table is there and not to be overwritten; `Interrupted`, after which the same reproductions go
  ///   on; errors of data, files and backend.
  package static func run<B: Backend>(
    _ reproductions: [Reproduction], on backend: B, observer: WorkObserver<TrainingRun.Event> = .init()
  ) throws -> [Written] {
    let checked = try reproductions.map { ($0, try $0.prepare(observer)) }
    let made = try checked.map { ($0, try $0.train(on: backend, images: $1, observer)) }
    do {
      let tables = try Cancellation.heard(observer.isCancelled) {
        try made.map { ($0, $1, try $0.evaluated($1, on: backend, observer)) }
      }
      return try tables.map { try $0.write($2, $1) }
    } catch is CancellationError {
      throw Interrupted("interrupted while evaluating")
    }
  }

  /// Makes sure that the table can be written and that everything it is made of is there.
  private func prepare(_ observer: WorkObserver<TrainingRun.Event>) throws -> KnownImages {
    try Outputs(of: inputs, overwrite: overwrite).check(files)
    try Files.makeFolder(results)
    for file in files { try AtomicFile.check(file) }
    for note in plan.notes { observer.logger.warning("\(note)") }
    return try check(observer)
  }

  /// What the trainings came to: how many there are, and whether other processes have made some of them.
  private typealias Made = (count: Int, isShared: Bool)

  private func train<B: Backend>(
    on backend: B, images: KnownImages, _ observer: WorkObserver<TrainingRun.Event>
  ) throws -> Made {
    let trainings = try trainings()
    var elsewhere: [Training] = []
    for (number, training) in trainings.enumerated() {
      observer.logger.info("[\(number + 1)/\(trainings.count)] \(training.name)")
      do { try run(training, images, on: backend, observer) } catch let error as FolderInUse {
        observer.logger.info("\(error.owner) is training it")
        elsewhere.append(training)
      }
    }
    try finish(elsewhere, images, on: backend, observer)
    return (trainings.count, !elsewhere.isEmpty)
  }

  private func evaluated<B: Backend>(
    _ made: Made, on backend: B, _ observer: WorkObserver<TrainingRun.Event>
  ) throws -> ResultTable {
    observer.logger.info("evaluating \(made.count) trainings")
    return try tabulate(device: backend.name)
  }

  private func write(_ result: ResultTable, _ made: Made) throws -> Written {
    let chosen = result.findings.map { "\($0.question): \($0.answer) (\($0.reason))" }
    // The process that waited may find the table written.
    if !made.isShared || overwrite || !files.allSatisfy(Files.exists) { try save(result) }
    return Written(files: files, chosen: chosen)
  }

  /// Waits for trainings that other processes have begun, and goes on with those that they leave undone.
  private func finish<B: Backend>(
    _ trainings: [Training], _ images: KnownImages, on backend: B, _ observer: WorkObserver<TrainingRun.Event>
  ) throws {
    for training in trainings {
      while true {
        do {
          try run(training, images, on: backend, observer)
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

  /// The folder of a training.
  func runFolder(_ training: Training) -> RunFolder {
    RunFolder("\(runs)/\(training.folderName)")
  }

  /// What a finished training left; `nil` where it is not finished.
  func record(of training: Training) -> RunRecord? {
    RunRecord.read(runFolder(training).record, of: training.experiment)
  }

  /// The table as Markdown and as CSV.
  private var files: [String] { ["md", "csv"].map { "\(results)/\(name).\($0)" } }

  private func save(_ result: ResultTable) throws {
    try Files.makeFolder(results)
    for (file, text) in zip(files, [result.markdown, result.csv]) { try AtomicFile.write(text, to: file) }
  }
}
