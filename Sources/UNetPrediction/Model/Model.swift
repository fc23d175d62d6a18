import UNetData
import UNetFiles
import UNetGraph
import UNetInterchange
import UNetNetworks
import UNetOptions
import UNetRuntime

/// A trained network with what is needed to use it: `model.safetensors`.
public struct Model {
  /// The network; its dropout is of no use any more.
  package let network: Network
  /// How its convolutions are summed, as in training.
  package private(set) var numerics: Algorithm
  /// Grey values of a pixel.
  public private(set) var channels: Int
  /// How images become the network's input, as in training.
  package var preparation: ImagePreparation
  /// Pixels a side of the tile that images are cut into.
  public private(set) var tile: Int
  /// A pixel is foreground where the probability of that is greater.
  public var threshold: Double
  /// How the foreground becomes instances.
  public var instances: InstanceOptions
  /// What the labels meant.
  public var kind: LabelKind
  /// Name and hash of the experiment, and the steps done.
  package var experiment: String, hash: String, step: Int
  /// Filters and biases by name, in the order of files; those of a file are read when they are asked for.
  package var weights: NamedTensors
  /// What its metadata note of the training, by keys that begin with `training.`.
  package var training: [String: String] = [:]
  /// The network traced for tiles of the model's own size, once the model is read.
  private var own: TracedNetwork?

  /// A model of these parts; one that no experiment made has no name.
  package init(
    network: Network, numerics: Algorithm, channels: Int, preparation: ImagePreparation, tile: Int,
    threshold: Double = 0.5, instances: InstanceOptions = InstanceOptions(), kind: LabelKind = .membranes,
    experiment: String = "", hash: String = "", step: Int = 0, weights: NamedTensors = NamedTensors()
  ) {
    (self.network, self.numerics) = (network, numerics)
    (self.channels, self.preparation) = (channels, preparation)
    (self.tile, self.threshold, self.instances, self.kind) = (tile, threshold, instances, kind)
    (self.experiment, self.hash, self.step, self.weights) = (experiment, hash, step, weights)
  }

  private static let format = "swift-unet model 1"

  /// What stands in the metadata beside the network's own options.
  private static let options = OptionTable<Model>(
    [
      .init("numerics", \.numerics, .choice, inModel: .later, "The algorithm of the convolutions."),
      .init("network.channels", \.channels, .integer(.from(1, to: 64)), "Grey values of a pixel."),
      .init("tile", \.tile, .integer(.tile), "Pixels a side of the tile."),
      .threshold(\.threshold), .init("kind", \.kind, .choice, "What the labels meant."),
      .init("step", \.step, .integer(.notNegative), "Steps of training."),
    ] + ImagePreparation.options.rows.map { $0.at(\.preparation) }
      + InstanceOptions.options.rows.map { $0.at(\.instances) })

  /// Writes the file, whole or not at all, one tensor after the other.
  /// - Throws: `FileError`, and the errors of where the weights lie.
  public func write(to path: String) throws { try write(to: path, replacing: true) }

  /// The same; not `replacing` what is there.
  package func write(to path: String, replacing: Bool) throws {
    try weights.write(to: path, metadata: metadata, sealed: true, replacing: replacing)
  }

  /// Everything about it but the weights, in words.
  package var metadata: [String: String] {
    let own = [
      "format": Model.format, "class-names": classNames, "experiment": experiment, "experiment-sha256": hash,
    ]
    let parts = [training, own, network.metadata, Model.options.strings(of: self)]
    return parts.reduce(into: [:]) { $0.merge($1) { $1 } }
  }

  /// A digest of all that decides what it says.
  /// - Throws: the errors of where the weights lie.
  package func identity() throws -> String {
    let words = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return Digest.sha256((words + [try weights.digest()]).joined(separator: "\n"))
  }

  /// Of class 0, 1 and so on, with commas between them.
  package var classNames: String {
    switch kind {
    case .membranes: "membrane,cell"
    case .instances: "background,cell"
    case .classes: (0..<network.classes).map(String.init).joined(separator: ",")
    }
  }

  /// Opens a model and checks that its tensors are those of the network it names.
  /// - Throws: `FileError`, `SafetensorsError`, `ModelError`; and so does reading a tensor, which must be finite.
  public static func read(_ path: String) throws -> Model {
    guard !Files.isFolder(path) else {
      throw ModelError(path, "is a folder: give the model.safetensors in it")
    }
    let file = try Safetensors.open(path)
    let fields = ModelFields(path: path, metadata: file.metadata)
    guard file.metadata["format"] == format else {
      throw ModelError(path, "is no model of swift-unet: give the model.safetensors of a training")
    }
    var model = Model(
      network: try fields.network(), numerics: .direct, channels: 1,
      preparation: ImagePreparation(normalisation: .none), tile: 1,
      experiment: file.metadata["experiment"] ?? "",
      hash: file.metadata["experiment-sha256"] ?? "",
      weights: file.tensors.checked { try checkFinite($0, $1, path) })
    try fields.read(options, into: &model)
    model.training = file.metadata.filter { $0.key.hasPrefix("training.") }
    do { model.own = try model.traced(tile: model.tile) } catch {
      throw ModelError(path, "cannot be used: \(error)")
    }
    try model.checkWeights(path)
    return model
  }

  /// The network traced for tiles of `side`² pixels: once, where they are the model's own.
  /// - Throws: `ShapeError` where the tile does not fit the network.
  func traced(tile side: Int) throws -> TracedNetwork {
    if let own, side == tile { return own }
    return try TracedNetwork(network, tile: side, channels: channels, numerics: numerics)
  }

  /// Whether every parameter of the network is there, with its shape, and nothing else.
  private func checkWeights(_ path: String) throws {
    guard let own else { return }
    do { try weights.check(own.graph.parameters) } catch let error as ParameterError {
      let problem =
        switch error.problem {
        case .missing: "lacks '\(error.name)'"
        case .superfluous: "has a tensor '\(error.name)' that is not the network's"
        case .shape(let shape, _): "has \(shape) for '\(error.name)'"
        }
      throw ModelError(path, "\(problem): give the model.safetensors of a training")
    }
  }

  private static func checkFinite(_ name: String, _ elements: [Float], _ path: String) throws {
    guard !elements.allSatisfy(\.isFinite) else { return }
    throw ModelError(path, "has NaN or infinity in '\(name)', so the training diverged: lower its rate")
  }
}

/// A file that is no model or no checkpoint.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  /// The file.
  package let path: String
  /// What is wrong with it, and the remedy.
  package let problem: String
  /// An error of the file at `path`.
  package init(_ path: String, _ problem: String) { (self.path, self.problem) = (path, problem) }
  /// One line.
  public var description: String { "\(path) \(problem)" }
}
