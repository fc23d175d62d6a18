import ArgumentParser
import Foundation
import UNetConfiguration
import UNetExperiments
import UNetReproduction
import UNetWork

/// `unet train`
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a network as an experiment says.",
    discussion: """
      Documentation/experiments.md lists every key of an experiment.  The run's folder, runs/<name>, gets:

      \(files)

      Ctrl-C, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU and a terminal that closes leave a checkpoint; Ctrl-C a second or more later ends it at once.  A training that was interrupted and resumed ends \
      with the same weights, to the last bit, as one that was not.  With --resume more steps may be given where \
      the rate is constant, and anything that decides no weight.  It prints the SHA-256 of its final state, which is the same on every device.  \
      Without --device it runs where the experiment says.

      EXAMPLES
        unet train cells/experiment.yaml
        unet train cells/experiment.yaml --resume --steps 20000
        mpirun -n 4 unet train cells/experiment.yaml --set training.batch=4
      """)

  private static let files = helpTable([
    ("model.safetensors", "the trained network, for `unet segment` and for PyTorch"),
    ("previews/", "held-out images, the probability of foreground, the outline"),
    ("curve.svg, log.csv", "loss and figures by step"),
    (
      "best-model.safetensors", "the network at its best held-out figure, where evaluation.best names one"
    ),
    ("checkpoint.safetensors", "what --resume needs to go on"),
    ("experiment.yaml", "the experiment with every default written out"),
    ("tensorboard/", "with --tensorboard: curves and pictures as event files"),
  ])

  @OptionGroup var experiment: ExperimentOption
  @OptionGroup var device: DeviceOption
  @Option(
    help: "The run's folder. (default: runs/<name>, with --fold runs/<name>-fold-<number>)",
    completion: .directory)
  var output: String?
  @OptionGroup var fold: FoldOption
  @Flag(help: "Go on from the checkpoint in the run's folder; where no run has begun there, begin one.")
  var resume = false
  @Flag(
    help: ArgumentHelp(
      "With --resume: go on although images, rate, schedule, steps under a schedule, momentum or weight decay have changed, which the model notes."
    ))
  var allowChanges = false
  @Flag(help: "Remove the files of an earlier run in that folder and start anew.")
  var overwrite = false
  @Flag(help: "Also write event files for TensorBoard (tensorboard --logdir runs), into the run's folder.")
  var tensorboard = false
  @Option(number: "Number of steps, in place of the experiment's.")
  var steps: Int?
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    if resume && overwrite { throw ValidationError("--resume and --overwrite exclude each other: give one") }
    if allowChanges && !resume { throw ValidationError("--allow-changes belongs to --resume: give both") }
  }

  func run() throws {
    let ranks = try RankedProcess.start()
    var experiment = try self.experiment.load((steps.map { ["training.steps=\($0)"] } ?? []) + fold.overrides)
    if fold.fold != nil, let note = ReproductionPlan.foldsNote(try self.experiment.load()) {
      say("note: \(note)")
    }
    experiment.device = device.device ?? experiment.device
    if let ranks, experiment.training.batch < ranks.count {
      throw ConfigurationError(
        "training.batch",
        "is \(experiment.training.batch) for \(ranks.count) ranks: give a multiple of \(ranks.count)")
    }
    let run = TrainingRun(
      experiment, file: self.experiment.experiment, root: self.experiment.root,
      folder: output ?? "runs/\(experiment.name)\(fold.number.map { "-fold-\($0)" } ?? "")",
      resume: resume,
      allowChanges: allowChanges, overwrite: overwrite, tensorBoard: tensorboard,
      ranks: RankedProcess.met)
    Interruption.watch()
    let backend = try Console.devices.open(experiment.device, share: ranks?.localRank ?? 0)
    if let ranks, ranks.rank > 0 { return try run.assist(on: backend, observer: Console.observer()) }
    do {
      try report(try run.run(on: backend, observer: Console.observer(ProgressBar().show)))
    } catch let error as Interrupted where error.canGoOn {
      throw Interrupted("\(error): go on from there (--resume)")
    }
  }

  private func report(_ outcome: TrainingRun.Outcome) throws {
    printLine("model   \(outcome.model)")
    if let best = outcome.best {
      let value = best.figure.text(best.value, decimals: 6)
      printLine("best    \(best.model)  \(best.figure.name) \(value), step \(best.step)")
    }
    print("state   sha256 \(outcome.digest)")
    if let evaluation = outcome.evaluation { print(evaluation.table, terminator: "") }
  }
}
