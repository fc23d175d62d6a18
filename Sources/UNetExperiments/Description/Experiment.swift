import UNetConfiguration
import UNetData
import UNetFiles
import UNetGraph
import UNetNetworks
import UNetPrediction

/// All that decides a training run: its weights are a function of these values alone.
///
/// Each value that a file leaves out has the default that stands here; `yaml()` writes every one.
package struct Experiment: Equatable, Sendable {
  /// Names the run's folder and the model.
  package var name: String
  /// The images and what is known about them.
  package var data = Source()
  /// The network.
  package var network = Network()
  /// How pixels are weighted in the loss (section 3, equation 2).
  package var loss = WeightMapOptions()
  /// How samples are changed before training sees them (section 3.1).
  package var augmentation = SamplingOptions.paper
  /// The descent.
  package var training: Training
  /// How images are segmented.
  package var prediction: PredictionSettings
  /// How held-out pages are judged.
  package var evaluation = Judgement()
  /// The algorithms of the convolutions, a part of the result.
  package var numerics = Algorithm.standard
  /// Where it runs, which changes no bit.
  package var device = DeviceChoice.automatic

  /// The experiment of this name with every default.
  package init(name: String) {
    self.name = name
    training = Training(tile: network.layer.nearestTile(to: Training.paperTile))
    prediction = PredictionSettings(tile: training.tile)
  }

  /// Reads an experiment and applies overrides such as `training.rate=0.01` as strictly.
  ///
  /// - Throws: `FileError`, `TextError`, `ConfigurationError`.
  package static func load(_ path: String, overrides: [String] = []) throws -> Experiment {
    try Experiment(yaml: TextFile.read(path), file: path, overrides: overrides)
  }

  /// Reads an experiment from `text`; complaints name `file`.
  ///
  /// - Throws: `ConfigurationError`.
  package init(yaml text: String, file: String, overrides: [String] = []) throws {
    var document = try YAMLValue.document(text, file: file)
    for override in overrides { try document.override(override) }
    let section = try Section(
      document,
      keys: [
        "name", "data", "network", "loss", "augmentation", "training", "prediction", "evaluation", "numerics",
        "device",
      ])
    self.init(name: try Self.name(section.required("name")))
    data = try section["data"].map { try Source($0) } ?? data
    network = try section["network"].map { try Network($0) } ?? network
    loss = try section["loss"].map { try WeightMapOptions($0) } ?? loss
    augmentation = try section["augmentation"].map { try SamplingOptions($0) } ?? augmentation
    training = try Training(section["training"], network: network)
    prediction = try PredictionSettings(section["prediction"], tile: training.tile, network: network)
    evaluation = try section["evaluation"].map { try Judgement($0) } ?? evaluation
    numerics = try section["numerics"].map { try $0.choice() } ?? numerics
    device = try section["device"].map { try DeviceChoice($0) } ?? device
  }

  /// A name becomes a folder, so it is a single component of a path.
  private static func name(_ value: YAMLValue) throws -> String {
    let name = try value.text()
    guard !name.contains("/"), !name.hasPrefix("."), name.utf8.count <= 100 else {
      throw value.mismatch("a folder's name: at most 100 letters, no '/', no '.' in front")
    }
    return name
  }

  /// The experiment with every default written out; reading it again gives an equal value.
  package func yaml() -> String {
    let text = YAMLText.section([
      ("name", .text(name)), ("data", data.yaml), ("network", network.yaml), ("loss", loss.yaml),
      ("augmentation", augmentation.yaml), ("training", training.yaml), ("prediction", prediction.yaml),
      ("evaluation", evaluation.yaml), ("numerics", .text(numerics.rawValue)), ("device", .text("\(device)")),
    ])
    return text.lines()
  }

  /// The SHA-256 of the resolved text for device `auto`: equal for runs that must give equal weights.
  package var hash: String {
    var anywhere = self
    anywhere.device = .automatic
    return Digest.sha256(anywhere.yaml())
  }
}
