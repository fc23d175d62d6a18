import UNetGraph
import UNetOptions

/// The U-Net with padded convolutions, which most people mean by the name today: each 3x3 convolution reads its input
/// inside a border of zeros, so that the scores are as large as the image.
///
/// Layers and parameters are those of figure 1, so the tensors of a model are called as the U-Net's.
public struct PaddedUNet: SegmentationNetwork {
  package private(set) var levels: Int, width: Int, classes: Int
  package private(set) var dropout: Double

  /// By default as wide and as deep as figure 1.
  public init(levels: Int = 5, width: Int = 64, classes: Int = 2, dropout: Double = 0.5) {
    (self.levels, self.width, self.classes, self.dropout) = (levels, width, classes, dropout)
  }

  /// The scores of the classes, `[N, H, W, classes]`, for `image [N, H, W, C]`.
  public func callAsFunction(_ image: Value, in graph: inout Graph) throws -> Value {
    let way = FigureOne(levels: levels, width: width, classes: classes, dropout: dropout, border: 1)
    return try way(image, in: &graph) { UpConv("decoder.\($0).up", channels: width << $0) }
  }
}

extension PaddedUNet {
  package var variant: String { "padded" }
  package static let kind = "a padded U-Net"
  package static let options = OptionTable<PaddedUNet>([
    .levels(\.levels), .width(\.width, "Feature channels of the first level."), .classes(\.classes),
    .dropout(\.dropout),
  ])

  package var summary: String { "\(levels) levels, padded" }
  package var stride: Int { 1 }
  /// The pixels of the image under one pixel of the deepest level.
  package var grid: Int { TileGeometry.factor(levels) }
  /// The radius of what a score is made of, 6 · 2^(levels-1) - 4 pixels, in whole steps of the grid: further inside no
  /// zero of a border has a part in a score, so that every tile gives the same.
  package var margin: Int { 6 * grid }

  /// Pooled sides are even; prediction leaves out the margins and needs a step of the grid between them.
  package func check(tile side: Int) throws {
    guard output(of: side) == nil else { return }
    let reason = side < least ? "its margins of \(margin) leave too little" : "no multiple of \(grid)"
    let (below, above) = nearestTiles(side)
    throw TileError(side: side, network: summary, reason: reason, below: below, above: above)
  }
  package func output(of side: Int) -> Int? { side >= least && side.isMultiple(of: grid) ? side : nil }
  package func nearestTiles(_ side: Int) -> (below: Int?, above: Int) {
    guard side > least else { return (nil, side == least ? least + grid : least) }
    return ((side - 1) / grid * grid, (side / grid + 1) * grid)
  }

  private var least: Int { 2 * margin + grid }
}
