import ArgumentParser
import UNetConfiguration
import UNetExperiments
import UNetReproduction
import UNetWork

/// `unet study`
struct Study: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains an experiment in several ways, and writes one table of what came of each.",
    discussion: """
      A study is a YAML file: an experiment, questions with their answers (each a few keys of the experiment), the parts \
      of the images that are held out in turn, and the number of seeds. Documentation/experiments.md explains its keys.

      Every answer is trained on every part with every seed. The table has the figures of the held-out images with \
      their intervals, and which answers are better by more than two seeds differ. Given an experiment and --folds \
      in place of a study, it is a cross-validation of that experiment.

      After an interruption the same command goes on where it stopped. The models stay in the folder of the \
      trainings: `unet segment` averages several.

      EXAMPLES
        unet study comparison.yaml --output results
        unet study cells/experiment.yaml --folds 5 --output results
      """)

  @Argument(
    help: "The study, or the experiment, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var study: String
  @Option(
    help: "The folder that paths in the experiment start from. (default: $UNET_DATA, else the file's folder)")
  var data: String?
  @Option(number: "Of an experiment: number of parts, each held out in turn.") var folds: Int?
  @Option(number: "Number of trainings for each part. (default: the study's, of an experiment 1)") var seeds:
    Int?
  @Option(number: "Number of steps of every training, to try it out; the table's name says so.") var steps:
    Int?
  @OptionGroup var device: DeviceOption
  @Option(help: "The folder for the trainings' files.", completion: .directory) var runs = "runs"
  @Option(help: "The folder for the table.", completion: .directory) var output = "results"
  @Flag(help: "Replace a table that is there; trainings that are done are kept.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard folds.map({ (2...100).contains($0) }) ?? true else {
      throw ValidationError("--folds \(folds ?? 0): give a number from 2 to 100")
    }
    try TableRun.validate(seeds: seeds, steps: steps)
  }

  private func plan() throws -> ReproductionPlan {
    do { return try StudyFile(study).plan() } catch let error as ConfigurationError {
      guard (try? Experiment.load(study)) != nil else { throw error }
      throw ConfigurationError(
        study, "is an experiment: give --folds to cross-validate it, or a study that names it")
    }
  }

  func run() throws {
    let plan = try folds.map { try ReproductionPlan.crossValidation(of: study, folds: $0) } ?? plan()
    let root = DataRoot(
      data, EnvironmentVariable.data.value, experiment: plan.rows[0].path, home: EnvironmentVariable.home)
    let table = Reproduction(
      plan, seeds: seeds, steps: steps, root: root, runs: runs, results: output, overwrite: overwrite,
      inputs: [study, plan.rows[0].path], arguments: CommandLine.arguments)
    try TableRun.run([table], on: device)
  }
}

/// What verbs that make a table of trainings have in common.
enum TableRun {
  static func validate(seeds: Int?, steps: Int?) throws {
    guard seeds.map({ (1...100).contains($0) }) ?? true else {
      throw ValidationError("--seeds \(seeds ?? 0): give a number from 1 to 100")
    }
    guard steps.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--steps \(steps ?? 0): give a number from 1")
    }
  }

  /// Trains what is lacking and says where the tables are.
  static func run(_ reproductions: [Reproduction], on device: DeviceOption) throws {
    Interruption.watch()
    let backend = try device.open()
    do {
      let observer = Console.observer(ProgressBar().show)
      for table in try Reproduction.run(reproductions, on: backend, observer: observer) {
        table.chosen.forEach(printLine)
        table.files.forEach(printLine)
      }
    } catch let error as Interrupted {
      throw Interrupted("\(error.description.prefix { $0 != ";" }); the same command goes on from there")
    }
  }
}
