import ArgumentParser
import Foundation
import UNetExperiments
import UNetWork

/// `unet train`
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains the network of an experiment.",
    discussion: "Leaves experiment.yaml, log.csv, checkpoint, model.safetensors and pictures in runs/<name>.")

  @Argument(help: "The experiment, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var experiment: String
  @OptionGroup var device: DeviceOption
  @Option(help: "The run's folder; by default runs/<name>.", completion: .directory)
  var output: String?
  @Option(
    help: "The folder that paths in the experiment start from; by default $UNET_DATA, else the experiment's.")
  var data: String?
  @Flag(help: "Go on from the checkpoint in the run's folder.")
  var resume = false
  @Flag(help: "Start anew in a folder that holds an earlier run, whose files are removed.")
  var overwrite = false
  @Option(help: "Steps, instead of the experiment's.")
  var steps: Int?
  @Option(help: "Seed, instead of the experiment's.")
  var seed: Int?
  @Option(help: "Any key of the experiment: --set training.rate=0.01; may be repeated.")
  var set: [String] = []

  func validate() throws {
    if resume && overwrite { throw ValidationError("--resume and --overwrite exclude each other: give one") }
  }

  func run() throws {
    let overrides =
      set + (steps.map { ["training.steps=\($0)"] } ?? []) + (seed.map { ["training.seed=\($0)"] } ?? [])
    var experiment = try Experiment.load(self.experiment, overrides: overrides)
    experiment.device = device.device ?? experiment.device
    let root = DataRoot(data, EnvironmentVariable.data.value, experiment: self.experiment)
    let run = TrainingRun(
      experiment, root: root, folder: output ?? "runs/\(experiment.name)", resume: resume,
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
