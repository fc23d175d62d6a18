import UNetGraph
import UNetOptions

/// The network that the U-Net was made to replace: it says of one pixel which class it is, from the window around it.
///
/// D. Ciresan, A. Giusti, L. Gambardella, J. Schmidhuber, "Deep neural networks segment neuronal membranes in electron
/// microscopy images", NIPS 2012, network N4: a 95² window, four pairs of convolution and 2x2 max-pooling with 48 maps
/// each, 200 units, 2 classes.  The sides are 95 -> 92 -> 46 -> 42 -> 21 -> 18 -> 9 -> 6 -> 3 -> 1.
///
/// All of it are unpadded convolutions and poolings, so a larger tile gives the score of a window every 16 pixels, with
/// the bits that each window has alone; with every way of pooling kept apart
/// (`maxPoolFragments`), a window for each pixel.  A unit of the dense layer is a filter as large as what is left of the window.
/// ReLU is the activation throughout, as in the U-Net.
package struct SlidingWindow: SegmentationNetwork, Hashable {
  /// Maps of each convolution: 48 in N4.
  package private(set) var width: Int
  /// Channels of the output.
  package private(set) var classes: Int

  /// Pixels a side of the window that one score is made of.
  private static let window = 95
  /// Units of the dense layer.
  package static let units = 200
  /// The sides of the convolutions' filters.
  private static let sides = [4, 5, 4, 4]

  /// The network with these extents.
  package init(width: Int = 48, classes: Int = 2) { (self.width, self.classes) = (width, classes) }

  /// The scores of the classes, `[N, n, n, classes]`, for `image [N, S, S, C]` with S = 95 + 16 (n - 1).
  package func callAsFunction(_ image: Value, in graph: inout Graph) throws -> Value {
    try layers(image, in: &graph) { x, graph in try graph.maxPool(x) }
  }

  /// The scores of every pixel in 256 fragments, `[256, n, n, classes]`, for `image [1, S, S, C]` with S = 94 + 16 n.
  ///
  /// J. Masci, A. Giusti, D. Ciresan, G. Fricout, J. Schmidhuber, "A fast learning algorithm for image segmentation with
  /// max-pooling convolutional networks", ICIP 2013: what windows share is computed once.
  package func everyPixel(_ image: Value, in graph: inout Graph) throws -> Value {
    try layers(image, in: &graph) { x, graph in try graph.maxPoolFragments(x) }
  }

  private func layers(
    _ image: Value, in graph: inout Graph, pool: (Value, inout Graph) throws -> Value
  ) throws -> Value {
    var x = image
    for (i, side) in Self.sides.enumerated() {
      x = try Conv("conv\(i + 1)", channels: width, side: side)(x, in: &graph)
      x = try pool(x, &graph)
    }
    x = try Conv("dense", channels: Self.units)(x, in: &graph)
    return try Conv("head", channels: classes, side: 1, relu: false)(x, in: &graph)
  }
}

extension SlidingWindow {
  package var variant: String { "sliding-window" }
  package static let kind = "a sliding window"
  package static let options = OptionTable<SlidingWindow>([
    .width(\.width, "Channels of each convolution."), .classes(\.classes),
  ])

  package var summary: String { "sliding window" }
  package var window: Int? { Self.window }
  /// Four poolings.
  package var stride: Int { 16 }
  /// A pixel's score is that of its own window wherever a tile starts.
  package var grid: Int { 1 }

  /// A tile holds a window and whole strides beyond it.
  package func check(tile side: Int) throws {
    guard output(of: side) == nil else { return }
    let (below, above) = nearestTiles(side)
    let reason =
      side < Self.window
      ? "it is smaller than a window"
      : "\((side - Self.window) % stride) pixels would be left over"
    throw TileError(
      side: side, network: "windows of \(Self.window) pixels, \(stride) apart", reason: reason, below: below,
      above: above)
  }

  /// Windows a side: 1 for 95, 2 for 111.
  package func output(of side: Int) -> Int? {
    let beyond = side - Self.window
    return beyond >= 0 && beyond.isMultiple(of: stride) ? beyond / stride + 1 : nil
  }

  /// Sides that fit are a stride apart.
  package func nearestTiles(_ side: Int) -> (below: Int?, above: Int) {
    guard side > Self.window else { return (nil, side == Self.window ? Self.window + stride : Self.window) }
    let past = (side - Self.window) % stride
    return past == 0 ? (side - stride, side + stride) : (side - past, side - past + stride)
  }
}
