import UNetData
import UNetFiles
import UNetGraph
import UNetImages
import UNetInterchange
import UNetNetworks
import UNetNumerics
import UNetPrediction

/// A network that another program has trained: a padded U-Net of PyTorch, read from a `safetensors` file of its state, or the U-Net of
/// the paper's authors, from a `.caffemodel`.
package struct ImportedState {
  /// The network with these weights.
  package let model: Model
  /// What the names of its tensors are those of.
  package let program: String
  /// Tensors that were not needed.
  package let unused: [String]
  /// Whether batch normalisation went into the filters.
  package let hadNormalisation: Bool

  /// How images become the network's input, where its own program did it otherwise.
  package struct Preparation: Sendable {
    /// What is done with grey values.
    package var normalisation = Normalisation.none
    /// By which grey values were divided: 255 in programs that read 8 bits as 0 to 1.  It goes into the first filters.
    package var divisor = 1.0
    /// What the labels meant; nil: regions of foreground, and of more than two classes classes.
    package var kind: LabelKind?
    /// These values.
    package init() {}
  }

  /// The state in the file at `path`.
  /// - Throws: `ModelError` where it is another network's, or lacks a tensor; `FileError`, `SafetensorsError`.
  package init(_ path: String, _ preparation: Preparation) throws {
    self =
      try Path.ending(path) == "caffemodel" ? Self(caffe: path, preparation) : Self(torch: path, preparation)
  }

  private init(torch path: String, _ preparation: Preparation) throws {
    let (metadata, tensors) = try Safetensors.open(path)
    if let format = metadata["format"], format.hasPrefix("swift-unet") {
      throw ModelError(
        path, "is a file of swift-unet already (\(format)): give a model.safetensors to `unet segment`")
    }
    guard !tensors.names.isEmpty else {
      throw ModelError(path, "holds no tensor: give the state of a network")
    }
    guard let names = StateNames.found(in: tensors) else {
      throw ModelError(
        path,
        "has none of the names that are known (those of Pytorch-UNet, brain-segmentation-pytorch and swift-unet), but \(listed(tensors.names)): "
          + "rename its tensors as Documentation/exchange.md says")
    }
    var reader = StateReader(path: path, tensors: tensors, names: names)
    let first = try reader.shape(names.convolution(.encoder(0), 1).convolution + ".weight", axes: 4)
    let head = try reader.shape("\(names.head).weight", axes: 4)
    guard names.levels >= 2 else { throw ModelError(path, "has one level, and a U-Net has two at least") }
    let network = PaddedUNet(levels: names.levels, width: first[0], classes: max(2, head[0]), dropout: 0)
    try Self.check(network.levels, network.width, network.classes, channels: first[1], path)
    var weights = NamedTensors()
    func add(_ name: String, _ filter: Tensor, _ bias: Tensor) throws {
      guard (filter.elements + bias.elements).allSatisfy(\.isFinite) else {
        throw ModelError(
          path,
          "gives '\(name)' numbers beyond Float32, by a batch normalisation of negative or no variance, or by the divisor \(preparation.divisor)"
        )
      }
      weights.add("\(name).weight", filter.shape) { try $0(filter.elements) }
      weights.add("\(name).bias", bias.shape) { try $0(bias.elements) }
    }
    for level in 0..<names.levels {
      for number in 1...2 {
        let divisor = level == 0 && number == 1 ? preparation.divisor : 1
        let (filter, bias) = try reader.convolution(.encoder(level), number, dividedBy: divisor)
        try add("encoder.\(level).conv\(number)", filter, bias)
        guard level < names.levels - 1 else { continue }
        let (other, itsBias) = try reader.convolution(
          .decoder(level), number, skip: number == 1 ? first[0] << level : 0)
        try add("decoder.\(level).conv\(number)", other, itsBias)
      }
      guard level < names.levels - 1 else { continue }
      let (filter, bias) = try reader.upConvolution(names.up(level))
      try add("decoder.\(level).up", filter, bias)
    }
    let (filter, bias) = try reader.head()
    try add("head", filter, bias)
    try reader.checkUnused()
    self.init(
      try Self.model(network, channels: first[1], weights, preparation, path), program: names.program,
      unused: reader.unused, hadNormalisation: reader.hadNormalisation)
  }

  private init(caffe path: String, _ preparation: Preparation) throws {
    let (network, channels, weights) = try CaffeState(path).network(dividedBy: preparation.divisor)
    try Self.check(network.levels, network.width, network.classes, channels: channels, path)
    self.init(
      try Self.model(network, channels: channels, weights, preparation, path),
      program: "the authors' network of 2015", unused: [], hadNormalisation: false)
  }

  private init(_ model: Model, program: String, unused: [String], hadNormalisation: Bool) {
    (self.model, self.program, self.unused) = (model, program, unused)
    self.hadNormalisation = hadNormalisation
  }

  /// The model, with tiles about as large as those of the paper.
  private static func model(
    _ network: Network, channels: Int, _ weights: NamedTensors, _ preparation: Preparation, _ path: String
  ) throws -> Model {
    let tile = network.segmentingTile(from: network.nearestTile(to: 572))
    do {
      let traced = try TracedNetwork(network, tile: tile, channels: channels, numerics: .standard)
      try weights.check(traced.graph.parameters)
    } catch let error as ParameterError {
      throw ModelError(
        path, "is no U-Net (\(network.variant)) of this width: by its name here, \(error.brief)")
    }
    return Model(
      network: network, numerics: .standard, channels: channels,
      preparation: ImagePreparation(normalisation: preparation.normalisation), tile: tile,
      kind: preparation.kind ?? (network.classes > 2 ? .classes : .membranes), weights: weights)
  }
}

extension ImportedState {
  /// Networks and models have these limits.
  private static func check(
    _ levels: Int, _ width: Int, _ classes: Int, channels: Int, _ path: String
  ) throws {
    for (what, number, most) in [
      ("levels", levels, TileGeometry.mostLevels), ("channels at the first level", width, 4096),
      ("classes", classes, 255), ("channels of images", channels, 64),
    ] {
      guard (1...most).contains(number) else {
        throw ModelError(path, "is a network of \(number) \(what): 1 to \(most) can be imported")
      }
    }
  }
}
