import UNetNetworks

extension Network {
  /// The network as strings of a model's metadata.
  var metadata: [String: String] {
    let own: [String: String] =
      switch self {
      case .unet(let unet):
        ["levels": "\(unet.levels)", "width": "\(unet.width)", "up-relu": "\(unet.upReLU)"]
      case .slidingWindow(let network): ["width": "\(network.width)"]
      }
    let all = own.merging(["variant": variant.rawValue, "classes": "\(classes)"]) { $1 }
    return Dictionary(uniqueKeysWithValues: all.map { ("network.\($0)", $1) })
  }

  /// The network that a model's metadata name; without `network.up-relu` the variant decides.
  init(_ fields: ModelFields) throws {
    let (width, classes) = (
      try fields.number("network.width", 1...4096), try fields.number("network.classes", 2...255)
    )
    func unet(_ variant: UNet.Variant) throws -> Network {
      .unet(
        UNet(
          variant: variant, levels: try fields.number("network.levels", 2...TileGeometry.mostLevels),
          width: width, classes: classes, dropout: 0, upReLU: try fields.flag("network.up-relu")))
    }
    switch try fields.choice("network.variant") as Variant {
    case .paper: self = try unet(.paper)
    case .release: self = try unet(.release)
    case .slidingWindow: self = .slidingWindow(SlidingWindow(width: width, classes: classes))
    }
  }
}
