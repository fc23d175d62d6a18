import UNetConfiguration
import UNetData
import UNetFiles
import UNetGraph
import UNetNetworks

/// All that decides a training run: its weights are a function of these values alone.
///
/// It is read from YAML; Documentation/experiments.md has every key, its default and its meaning.  `yaml()` writes out
/// every value.  To change one in a program, give its key and value as an override: `training.rate=0.01`.
public struct Experiment: Equatable, Sendable {
  /// Names the run.
  public var name: String
  package var data = DataSettings()
  package var network = NetworkSettings()
  package var loss = WeightMapOptions()
  package var augmentation = AugmentationOptions.paper
  package var training: TrainingSettings
  package var prediction: PredictionSettings
  package var evaluation = EvaluationSettings()
  package var numerics = Algorithm.standard
  /// Where it is to run, which changes no result; whoever opens the device heeds it.
  public var device = DeviceChoice.automatic

  /// The experiment of this name with every default.
  public init(name: String) {
    self.name = name
    network.channels = 1
    training = TrainingSettings(tile: network.network.nearestTile(to: TrainingSettings.paperTile))
    prediction = PredictionSettings(tile: training.tile)
  }

  /// Reads the experiment in the file at `path` and applies overrides such as `training.rate=0.01` as strictly.
  ///
  /// - Throws: `FileError`; `ConfigurationError`, which names the line and the key.
  public static func load(_ path: String, overrides: [String] = []) throws -> Experiment {
    guard !Files.isFolder(path) else {
      let inside = Path.join(path, "experiment.yaml")
      throw ConfigurationError(
        path, "is a folder: give an experiment, a YAML file" + (Files.exists(inside) ? ", as \(inside)" : ""))
    }
    do {
      return try Experiment(yaml: TextFile.read(path), file: path, overrides: overrides)
    } catch let error as TextError {
      throw ConfigurationError(path, "\(error.problem): give an experiment, a YAML file")
    }
  }

  /// Reads an experiment from `text`; complaints name `file`.
  ///
  /// - Throws: `ConfigurationError`.
  public init(yaml text: String, file: String, overrides: [String] = []) throws {
    var document = try YAMLValue.document(text, file: file)
    for override in overrides { try document.override(override) }
    self.init(name: "")
    let elsewhere = Self.options.documentation(of: Experiment(name: ""), under: "").map(\.key)
    let mapping = try YAMLMapping(document, keys: Self.options.keys, elsewhere: elsewhere)
    _ = try mapping.required("name")
    network.channels = nil
    try Self.options.read(mapping, into: &self)
    if case .synthetic = data.origin { network.channels = network.channels ?? 1 }
  }

  /// The experiment with every default written out; reading it again gives an equal value.
  public func yaml() -> String { YAMLText.section(Self.options.yaml(of: self)).lines() }

  /// The values of all keys, of each the keys that lead there joined by dots.
  package var values: [(key: String, text: String)] { YAMLText.section(Self.options.yaml(of: self)).leaves }

  /// The SHA-256 of the resolved text for device `auto`: equal for runs that must give equal weights.
  ///
  /// Keys that came later are left out where they have their defaults, so that a recorded hash holds for ever.  Channels that
  /// the images decide count as one until a run knows them.
  public var hash: String {
    var anywhere = self
    anywhere.device = .automatic
    // A threshold decides no weight, and 0.5 was the default once.
    if prediction.decision.isAutomatic { anywhere.prediction.threshold = 0.5 }
    anywhere.evaluation.metrics = evaluation.metrics ?? EvaluationSettings.ofHashes
    anywhere.network.channels = network.channels ?? 1
    // A tile that segments less than a step was once the default where training's does.
    if prediction.tile == network.network.segmentingTile(from: training.tile) {
      anywhere.prediction.tile = training.tile
    }
    return Digest.sha256(YAMLText.section(Self.options.yaml(of: anywhere)).asBefore.lines())
  }

  /// The hash of what decides weights alone: not the name, nor how images are segmented and evaluated.
  package var hashOfWeights: String {
    var weights = self
    (weights.name, weights.evaluation) = ("", EvaluationSettings())
    weights.prediction = PredictionSettings(tile: training.tile)
    return weights.hash
  }
}

extension Experiment {
  /// The keys of an experiment, in the order in which they are read: tiles follow from the network.
  private static let options = OptionTable<Experiment>([
    .init(
      "name", \.name, folderName, standard: "required",
      "The name of the run; its folder is `runs/NAME`."),
    .init("data", \.data, DataSettings.optionType, "The images and what is known about them."),
    .init("network", \.network, NetworkSettings.optionType, "The network.") { _, experiment in
      experiment.training.tile = experiment.network.network.nearestTile(to: TrainingSettings.paperTile)
      experiment.takeTileOfTraining()
    },
    .init("loss", \.loss, .section(WeightMapOptions.options), "How much each pixel counts."),
    .init(
      "augmentation", \.augmentation, .section(AugmentationOptions.options).orNone(.none),
      "How samples are changed before training sees them."),
    .init("training", \.training, .section(TrainingSettings.options), "Steps, learning rate, momentum.") {
      section, experiment in
      let (network, tile) = (experiment.network.network, experiment.training.tile)
      try Self.check(section) { try network.check(tile: tile) }
      try experiment.training.checkTiles(of: section)
      experiment.takeTileOfTraining()
    },
    .init("prediction", \.prediction, .section(PredictionSettings.options), "How images are segmented.") {
      let (network, tile) = ($1.network.network, $1.prediction.tile)
      try Self.check($0) { try network.check(segmentingTile: tile) }
    },
    .init(
      "evaluation", \.evaluation, .section(EvaluationSettings.options), "How held-out images are evaluated."
    ) { try $1.checkBest(of: $0) },
    .init(
      "numerics", \.numerics, .choice, "The algorithm of the convolutions; another one gives other bits."),
    .init("device", \.device, DeviceChoice.optionType, "The device to run on; it changes no result."),
  ])

  /// The tables of the documentation: the keys at the top, then those of each section.
  package static let documentation: [[OptionDocumentation]] = {
    let all = options.documentation(of: Experiment(name: "example"), under: "")
    let sections = options.keys.map { key in all.filter { $0.key.hasPrefix("\(key).") } }
    return [all.filter { !$0.key.contains(".") }] + sections.filter { !$0.isEmpty }
      + NetworkSettings.documentation
  }()

  /// A name becomes a folder, so it is a single component of a path.
  private static let folderName = OptionType<String>("a folder's name", write: { .text($0) }) { value in
    let name = try value.text()
    guard !name.contains("/"), !name.hasPrefix("."), name.utf8.count <= 100 else {
      throw value.mismatch("a folder's name: at most 100 letters, no '/', no '.' in front")
    }
    return name
  }

  /// Images are segmented in tiles as large as those of training, or as the least that segments a step.
  private mutating func takeTileOfTraining() {
    prediction.tile = network.network.segmentingTile(from: training.tile)
  }

  /// Checks a tile, where `section` gives one.
  private static func check(_ section: YAMLValue, _ fits: () throws -> Void) throws {
    guard let tile = try section.mapping().first(where: { $0.name == "tile" }) else { return }
    do { try fits() } catch { throw ConfigurationError(tile.value.place, "\(error)") }
  }
}
