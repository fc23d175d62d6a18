import ArgumentParser
import UNetConfiguration
import UNetExperiments
import UNetReproduction

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
    do {
      return try Experiment.load(
        experiment, overrides: set + overrides + (seed.map { ["training.seed=\($0)"] } ?? []))
    } catch let error as ConfigurationError {
      guard (try? StudyFile(experiment).plan()) != nil else { throw error }
      throw ConfigurationError(experiment, "is a study: give it to `unet study`")
    }
  }
}

/// A part of an experiment's images, in place of what it holds out.
struct FoldOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "One of several parts of the images, such as 2/5, to hold out; `unet study --folds 5` trains on all.",
      valueName: "number/parts"))
  var fold: String?

  func validate() throws {
    guard fold.map({ $0.wholeMatch(of: /[0-9]+\/[0-9]+/) != nil }) ?? true else {
      throw ValidationError(
        "--fold \(fold ?? ""): give the number of a part and how many there are, such as 2/5")
    }
  }

  /// What it changes of the experiment.
  var overrides: [String] { fold.map { ["data.hold-out={fold: \($0)}"] } ?? [] }
  /// The number of the part.
  var number: Substring? { fold?.prefix { $0 != "/" } }
}
