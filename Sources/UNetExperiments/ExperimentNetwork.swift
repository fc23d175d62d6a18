import UNetGraph

extension Experiment {
  /// The network (section 2).
  public struct Network: Equatable, Sendable {
    /// Which description of the paper's network.
    public var variant = UNet.Variant.paper
    /// Resolutions.
    public var levels = 5
    /// Feature channels at the top.
    public var width = 64
    /// Channels of the output.
    public var classes = 2
    /// Channels of the images.
    public var channels = 1
    /// The share of activations dropped at the end of the contracting path while training.
    public var dropout = 0.5

    /// Figure 1.
    public init() {}

    /// The network as a layer.
    public var layer: UNet {
      UNet(variant: variant, levels: levels, width: width, classes: classes, dropout: Float(dropout))
    }
  }
}

extension Experiment.Network {
  init(_ value: YAMLValue) throws {
    let section = try Section(
      value, keys: ["variant", "levels", "width", "classes", "channels", "dropout"])
    variant = try section["variant"]?.choice() ?? variant
    levels = try section["levels"]?.integer(.from(2, to: TileGeometry.mostLevels)) ?? levels
    width = try section["width"]?.integer(.from(1, to: 4096)) ?? width
    classes = try section["classes"]?.integer(.from(2, to: 255)) ?? classes
    channels = try section["channels"]?.integer(.from(1, to: 64)) ?? channels
    dropout = try section["dropout"]?.number(.fraction) ?? dropout
  }

  var yaml: YAMLText {
    .section([
      ("variant", .text(variant.rawValue)), ("levels", .number(levels)), ("width", .number(width)),
      ("classes", .number(classes)), ("channels", .number(channels)), ("dropout", .number(dropout)),
    ])
  }
}
