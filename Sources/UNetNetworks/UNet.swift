import UNetGraph
import UNetOptions

/// The network of figure 1: a contracting path, an expansive path, and the copies between them.
///
/// Every convolution is unpadded, so the output is smaller than the image: 572² pixels give 388².
public struct UNet: SegmentationNetwork, Hashable {
  /// Which description of the network is meant.
  public enum Variant: String, Sendable, CaseIterable {
    /// Figure 1: an up-convolution halves the channels; no ReLU follows it.
    case paper
    /// The authors' 2015 network file: the last up-convolution keeps its channels; ReLU after each.
    case release
  }

  /// Which description is meant.
  package let form: Variant
  /// Resolutions, at least 2: 5 in figure 1.
  package private(set) var levels: Int
  /// Feature channels at the top; each level down doubles them.  64 in figure 1.
  package private(set) var width: Int
  /// Channels of the output.
  package private(set) var classes: Int
  /// The probability with which activations of the two deepest encoder outputs are dropped while training.
  package private(set) var dropout: Double
  /// Whether a ReLU follows each up-convolution, which the paper leaves open.
  package private(set) var upReLU: Bool

  /// The network with these extents; `upReLU` is the variant's unless given.
  public init(
    variant: Variant = .paper, levels: Int = 5, width: Int = 64, classes: Int = 2, dropout: Double = 0.5,
    upReLU: Bool? = nil
  ) {
    (form, self.levels, self.width) = (variant, levels, width)
    (self.classes, self.dropout, self.upReLU) = (classes, dropout, upReLU ?? (variant == .release))
  }

  /// The scores of the classes, `[N, h, w, classes]`, for `image [N, H, W, C]`.
  public func callAsFunction(_ image: Value, in graph: inout Graph) throws -> Value {
    let way = FigureOne(levels: levels, width: width, classes: classes, dropout: dropout, border: 0)
    return try way(image, in: &graph, up: up)
  }

  /// "a 2x2 convolution (up-convolution) that halves the number of feature channels"
  private func up(_ level: Int) -> UpConv {
    switch form {
    case .paper:
      return UpConv("decoder.\(level).up", channels: width << level, relu: upReLU)
    case .release:
      let channels = level == 0 ? 2 * width : width << level
      return UpConv("decoder.\(level).up", channels: channels, relu: upReLU, nodes: 4 * channels)
    }
  }
}

// A score for each pixel; which pixels are pooled together depends on where a tile starts.
extension UNet {
  package var variant: String { form.rawValue }
  package static let kind = "a U-Net"
  package static let options = OptionTable<UNet>([
    .levels(\.levels), .width(\.width, "Feature channels of the first level."), .classes(\.classes),
    .dropout(\.dropout),
    .init(
      "up-relu", \.upReLU, .flag, inModel: .later, standard: "`paper`: `false`, `release`: `true`",
      "Whether a ReLU follows each up-convolution; the paper leaves that open."),
  ])

  package var summary: String { "\(levels) levels" }
  package var stride: Int { 1 }
  /// The pixels of the image under one pixel of the deepest level.
  package var grid: Int { TileGeometry.factor(levels) }
  /// Every pooled side must be even.
  package func check(tile side: Int) throws { try TileGeometry.check(side, levels: levels) }
  /// 388 for 572 and 5 levels.
  package func output(of side: Int) -> Int? { TileGeometry.output(of: side, levels: levels) }
  /// Sides that fit are 2^(levels-1) apart.
  package func nearestTiles(_ side: Int) -> (below: Int?, above: Int) {
    TileGeometry.nearestFitting(side, levels: levels)
  }
}
