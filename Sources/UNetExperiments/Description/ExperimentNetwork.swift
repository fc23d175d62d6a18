import UNetConfiguration
import UNetNetworks

extension Experiment {
  /// The network (section 2).
  package struct Network: Equatable, Sendable {
    /// The network as a layer.
    package var layer = UNetNetworks.Network.unet(UNet())
    /// Channels of the images.
    package var channels = 1

    /// Figure 1.
    package init() {}

    /// Channels of the output.
    package var classes: Int { layer.classes }
  }
}

extension Experiment.Network {
  init(_ value: YAMLValue) throws {
    let section = try Section(
      value, keys: ["variant", "levels", "width", "classes", "channels", "dropout", "up-relu"])
    channels = try section["channels"]?.integer(.from(1, to: 64)) ?? channels
    switch try section["variant"]?.choice(UNetNetworks.Network.Variant.self) ?? .paper {
    case .paper: layer = .unet(try Self.unet(.paper, section))
    case .release: layer = .unet(try Self.unet(.release, section))
    case .slidingWindow: layer = .slidingWindow(try Self.slidingWindow(section))
    }
  }

  private static func unet(_ variant: UNet.Variant, _ section: Section) throws -> UNet {
    let usual = UNet(variant: variant)
    return UNet(
      variant: variant,
      levels: try section["levels"]?.integer(.from(2, to: TileGeometry.mostLevels)) ?? usual.levels,
      width: try section["width"]?.integer(widths) ?? usual.width,
      classes: try section["classes"]?.integer(classCounts) ?? usual.classes,
      dropout: try section["dropout"]?.number(.fraction) ?? usual.dropout,
      upReLU: try section["up-relu"]?.flag())
  }

  private static func slidingWindow(_ section: Section) throws -> SlidingWindow {
    for key in ["levels", "dropout", "up-relu"] {
      guard let surplus = section[key] else { continue }
      throw surplus.failure("belongs to a U-Net, network.variant is sliding-window: remove it")
    }
    let usual = SlidingWindow()
    return SlidingWindow(
      width: try section["width"]?.integer(widths) ?? usual.width,
      classes: try section["classes"]?.integer(classCounts) ?? usual.classes)
  }

  private static let widths = Bound.from(1, to: 4096)
  private static let classCounts = Bound.from(2, to: 255)

  var yaml: YAMLText {
    let variant = YAMLText.text(layer.variant.rawValue)
    return switch layer {
    case .unet(let unet):
      .section([
        ("variant", variant), ("levels", .number(unet.levels)),
        ("width", .number(unet.width)), ("classes", .number(unet.classes)), ("channels", .number(channels)),
        ("dropout", .number(unet.dropout)), ("up-relu", .flag(unet.upReLU)),
      ])
    case .slidingWindow(let network):
      .section([
        ("variant", variant), ("width", .number(network.width)),
        ("classes", .number(network.classes)), ("channels", .number(channels)),
      ])
    }
  }
}
