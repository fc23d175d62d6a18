import ArgumentParser
import Foundation
import UNetExperiments
import UNetWork

/// `unet train`
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a network as an experiment says.",
    discussion: """
      Documentation/experiments.md lists every key of an experiment.  The run's folder, runs/<name>, gets:

      model.safetensors       the trained network, for `unet segment` and for PyTorch
      previews/               held-out images, the probability of foreground, the outline
      curve.svg, log.csv      loss and figures by step
      checkpoint.safetensors  what --resume needs to go on
      experiment.yaml         the experiment with every default written out

      Ctrl-C, SIGTERM and a terminal that closes leave a checkpoint.  A training that was interrupted and resumed ends with the same weights, to the \
      last bit, as one that was not.  It prints the SHA-256 of its final state, which is the same on every device.  \
      Without --device it runs where the experiment says.
      """)

  @OptionGroup var experiment: ExperimentOption
  @OptionGroup var device: DeviceOption
  @Option(help: "The run's folder. (default: runs/<name>)", completion: .directory)
  var output: String?
  @Flag(help: "Go on from the checkpoint in the run's folder; where no run has begun there, begin one.")
  var resume = false
  @Flag(help: "Remove the files of an earlier run in that folder and start anew.")
  var overwrite = false
  @Option(number: "Number of steps, in place of the experiment's.")
  var steps: Int?

  func validate() throws {
    if resume && overwrite { throw ValidationError("--resume and --overwrite exclude each other: give one") }
  }

  func run() throws {
    var experiment = try self.experiment.load(steps.map { ["training.steps=\($0)"] } ?? [])
    experiment.device = device.device ?? experiment.device
    let run = TrainingRun(
      experiment, file: self.experiment.experiment, root: self.experiment.root,
      folder: output ?? "runs/\(experiment.name)", resume: resume,
      overwrite: overwrite)
    Interruption.watch()
    let backend = try Console.devices.open(experiment.device)
    do {
      try report(try run.run(on: backend, observer: Console.observer(ProgressBar().show)))
    } catch let error as Interrupted { throw Interrupted("\(error): go on from there (--resume)") }
  }

  private func report(_ outcome: TrainingRun.Outcome) throws {
    print("model   \(outcome.model)")
    print("state   sha256 \(outcome.digest)")
    if let evaluation = outcome.evaluation { print(evaluation.table, terminator: "") }
  }
}
