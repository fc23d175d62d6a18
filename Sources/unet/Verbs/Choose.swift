import ArgumentParser
import Foundation
import UNetConfiguration
import UNetData
import UNetEvaluation
import UNetExperiments
import UNetFiles
import UNetNumerics
import UNetPrediction
import UNetRuntime

/// `unet choose`
struct Choose: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Chooses the threshold and the instance options of a model on held-out images.",
    discussion: """
      Segments the images that the experiment holds out, then varies threshold and seed-threshold together, \
      fill-holes, smallest-area and grow one after the other, as long as a figure gets better: SEG of cells and membranes, the mean \
      Dice of classes, or that of --by. Several models are averaged.

      It prints each step, and the values as a line of an experiment; --output writes the model with them. What was chosen \
      so looks better on these images than it is: report figures of others. Where there are no others, hold out a \
      part of the training images, choose there, and train again on all of them.

      EXAMPLES
        unet choose cells/experiment.yaml runs/cells/model.safetensors --by seg
      """)

  @OptionGroup var experiment: ExperimentOption
  @Argument(
    help: "The model.safetensors of a run, or of several.", completion: .file(extensions: ["safetensors"]))
  var models: [String]
  @OptionGroup var fold: FoldOption
  @Option(help: "The figure that is to be best. (default: seg, of classes mean-dice)") var by: String?
  @OptionGroup var device: DeviceOption
  @Option(
    help: "A file for the model with what was chosen; one model only.",
    completion: .file(extensions: ["safetensors"]))
  var output: String?
  @Option(help: "Also write every trial, as CSV.", completion: .file(extensions: ["csv"])) var table: String?
  @Flag(help: "Replace files that are there.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !models.isEmpty else { throw ValidationError("give a model") }
    guard output == nil || models.count == 1 else {
      throw ValidationError("--output is for a single model: leave it out, or give one")
    }
    if let output, let table, Path.real(output) == Path.real(table) {
      throw ValidationError("--table \(table): is the file of --output too; give each its own")
    }
  }

  func run() throws {
    let experiment = try self.experiment.load(fold.overrides)
    let figure = try figure(of: experiment)
    let models = try models.map(openModel)
    if let classes = models.map(\.network.classes).first(where: { $0 > 2 }) {
      throw ValidationError(
        "of \(classes) classes the most probable decides: there is no threshold to choose")
    }
    let options = models.map { SegmentationOptions($0) }
    try SegmentationOptions.check(options, of: models)
    let results = [output, table].compactMap(\.self)
    let inputs = [self.experiment.experiment] + self.models + (try self.experiment.root.files(of: experiment))
    try Outputs(of: inputs, overwrite: overwrite).check(results)
    for file in results { try AtomicFile.check(file) }
    let frames = try TrainingData.heldOutFrames(of: experiment, root: self.experiment.root)
    guard !frames.isEmpty else {
      throw ConfigurationError(
        self.experiment.experiment, "holds out no image to choose on: give data.hold-out")
    }
    for path in self.models {
      if let note = try TrainingData.overlap(of: path, with: frames, root: self.experiment.root) {
        say("note: \(note)")
      }
    }
    Interruption.watch()
    let foregrounds = try foregrounds(of: frames, by: models, options, on: device.open())
    var start = experiment.prediction
    start.threshold = models.map(\.threshold).reduce(0, +) / Double(models.count)
    start.instances = models[0].instances
    var trials: [PredictionChoice.Trial] = []
    let choice = PredictionChoice(experiment, by: figure, frames, foregrounds)
    let best = try Console.heard("choosing") {
      try choice.search(from: start) { trial in
        trials.append(trial)
        if trial.isBest { printLine(line(trial, figure)) }
      }
    }
    guard best.value != nil else {
      throw ConfigurationError(
        self.experiment.experiment,
        "the held-out images have no \(figure.name), as where none shows a cell: hold out others")
    }
    let objects = choice.objects(best.settings)
    if figure == .seg, objects.true > 0, objects.proposed > 3 * objects.true {
      say(
        "note: \(objects.proposed) objects are found where \(objects.true) are true, and SEG counts only the latter: try --by pq"
      )
    }
    try write(best, of: models[0], trials, figure)
    print("prediction: \(best.settings.chosenText)")
  }

  /// The probability of foreground at each pixel, of each frame.
  private func foregrounds(
    of frames: [Frame], by models: [Model], _ options: [SegmentationOptions], on backend: some Backend
  ) throws -> [[Float]] {
    let ensemble = try Ensemble(models, options: options, on: backend)
    return try frames.enumerated().map { number, frame in
      tell("segmenting \(number + 1) of \(frames.count): \(frame.name)")
      var bands = try ensemble.bands(of: frame.image) { _ in try Cancellation.check() }
      return try bands.joined().foreground
    }
  }

  private func figure(of experiment: Experiment) throws -> Figure {
    let figures = Metric.allCases.figures(of: experiment.data.kind, classes: experiment.network.classes)
    let name = by ?? (experiment.data.kind == .classes ? "mean-dice" : "seg")
    guard let figure = figures.first(where: { $0.name == name }), figure.better != nil else {
      let names = figures.filter { $0.better != nil }.map(\.name)
      throw ValidationError(
        "--by \(name): give a figure of these labels, such as \(alternatives(Array(names.prefix(12))))")
    }
    return figure
  }

  /// A trial in words: the figure, what was varied.
  private func line(_ trial: PredictionChoice.Trial, _ figure: Figure) -> String {
    let value = trial.value.map { figure.text($0, decimals: 4) } ?? "none"
    return padded("\(figure.name) \(value)", to: 24)
      + (trial.key.map { "\($0) \(trial.text)" } ?? "as the model says")
  }

  private func write(
    _ best: PredictionChoice.Trial, of model: Model, _ trials: [PredictionChoice.Trial], _ figure: Figure
  ) throws {
    if let table {
      let rows = trials.map { trial in
        [trial.key ?? "", trial.text, trial.value.map { "\($0)" } ?? "", trial.isBest ? "1" : "0"]
      }
      try AtomicFile.write(
        csv([["varied", "value", figure.name, "best"]] + rows), to: table, replacing: overwrite)
    }
    guard let output else { return }
    var chosen = model
    (chosen.threshold, chosen.instances) = (best.settings.threshold, best.settings.instances)
    try chosen.write(to: output)
    tell("model   \(output)")
  }
}
