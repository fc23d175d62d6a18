import ArgumentParser
import UNetExperiments

/// The experiment and what is changed of it, the same for every verb that reads one.
struct ExperimentOption: ParsableArguments {
  @Argument(help: "The experiment, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var experiment: String
  @Option(
    help:
      "The folder that paths in the experiment start from. (default: $UNET_DATA, else the experiment's folder)"
  )
  var data: String?
  @Option(number: "The seed, in place of the experiment's.") var seed: Int?
  @Option(
    help: ArgumentHelp(
      "A key of the experiment and its value, such as training.rate=0.01; may be repeated.",
      valueName: "key=value"))
  var set: [String] = []

  /// The folder of its data.
  var root: DataRoot {
    DataRoot(data, EnvironmentVariable.data.value, experiment: experiment, home: EnvironmentVariable.home)
  }

  /// Reads it, with these overrides besides.
  func load(_ overrides: [String] = []) throws -> Experiment {
    try Experiment.load(
      experiment, overrides: set + overrides + (seed.map { ["training.seed=\($0)"] } ?? []))
  }
}
