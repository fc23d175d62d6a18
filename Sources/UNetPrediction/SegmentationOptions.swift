import UNetData
import UNetFiles
import UNetNetworks
import UNetNumerics
import UNetOptions
import UNetRuntime

/// What may be chosen each time that a model is used.
public struct SegmentationOptions: Sendable, Equatable {
  /// A pixel is foreground where the probability of that is greater.
  public var threshold = 0.5
  /// Pixels a side of the tile.  A larger one wastes less on overlap and takes more memory.  With `numerics` direct no
  /// tile changes a bit of the result; with winograd another tile changes the last bits.
  public var tile: Int
  /// Which versions of the image are averaged.
  public var averaging = TestTimeAugmentation.none
  /// How the foreground becomes instances.
  public var instances = InstanceOptions()
  /// Whether raw scores are wanted beside the probabilities.
  public var logits = false
  /// Whether each pixel's window is computed by itself, slowly and with the same bits; for a sliding window alone.
  package var windows = false

  /// The defaults, with tiles of this side.
  public init(tile: Int) { self.tile = tile }

  /// What `model` says.
  public init(_ model: Model) {
    (threshold, tile, averaging) = (model.threshold, model.tile, model.preparation.averaging)
    instances = model.instances
  }

  /// Checks that `model` can be used so.
  /// - Throws: `SegmentationError`.
  package func check(_ model: Model) throws {
    guard TestTimeAugmentation.allowed.contains(averaging.rotations) else {
      throw SegmentationError.rotations(averaging.rotations)
    }
    guard !logits || averaging.hasScores else {
      throw SegmentationError.logits(rotations: averaging.rotations)
    }
    guard !windows || model.network.window != nil else {
      throw SegmentationError.windows(network: type(of: model.network).kind)
    }
    guard tile != model.tile else { return }
    guard Bound.tile.holds(Double(tile)) else {
      throw SegmentationError.tile("tile \(tile) must be \(Bound.tile.words)")
    }
    do { try model.network.check(segmentingTile: tile) } catch { throw SegmentationError.tile("\(error)") }
  }
}

/// An image or an option that does not fit a model.
public enum SegmentationError: MendedByChoice, Equatable, CustomStringConvertible {
  /// A tile that does not fit the network, and why.
  case tile(String)
  /// So many rotations, which are none.
  case rotations(Int)
  /// Raw scores wanted of the mean of so many rotations.
  case logits(rotations: Int)
  /// Single windows wanted of a network that has none.
  case windows(network: String)
  /// An image of so many channels, for a model of so many.
  case channels(Int, model: Int)
  /// A tile that needs so many bytes of the device, more than it has; and one that does not.
  case memory(tile: Int, bytes: Int, fitting: Int?)
  /// An image that needs so many bytes of this computer, more than it has, because versions of it are averaged or
  /// because of its scale.
  case imageMemory(bytes: Int, isAveraged: Bool)
  /// Models, to be averaged, of so many classes each.
  case classes([Int])
  /// Raw scores wanted of the mean of so many models.
  case modelLogits(Int)

  /// One line.
  public var description: String {
    switch self {
    case .channels, .imageMemory: "the image \(problem)"
    default: problem
    }
  }

  /// What else may be chosen.
  package var choices: [String] {
    if case .memory = self { ["tile"] } else { [] }
  }

  /// What is wrong; of an image, to be read after its name.
  package var problem: String {
    switch self {
    case .tile(let problem): problem
    case .rotations(let rotations): "\(rotations) rotations: average 1 to 360"
    case .logits(let rotations):
      "logits exist for one rotation only, and \(rotations) are averaged: leave them out, or average one"
    case .memory(let tile, let bytes, let fitting):
      "no memory for a tile of \(tile), which needs \(MemoryShortage(bytes: bytes).size): give a smaller tile"
        + (fitting.map { ", such as \($0)" } ?? " or a narrower network")
    case .imageMemory(let bytes, let isAveraged):
      "needs \(MemoryShortage(bytes: bytes).size) of memory, which there are not: cut it into smaller images"
        + (isAveraged ? ", or leave out rotations and flips" : "")
    case .classes(let counts):
      "the models have \(counts.map(String.init).joined(separator: ", ")) classes: average models of the same classes"
    case .modelLogits(let count):
      "logits are of one model, and \(count) are averaged: leave them out, or give one model"
    case .windows(let network): "the model is \(network), which has no windows: leave them out"
    case .channels(let count, let model):
      "has \(channels(count)), the model was trained on \(channels(model)): "
        + (model == 1 ? "save it as grey" : "give images like those it was trained on")
    }
  }

  private func channels(_ count: Int) -> String { counted(count, "channel") }
}
