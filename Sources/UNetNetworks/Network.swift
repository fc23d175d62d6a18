import UNetGraph

/// A network that says of an image's pixels which class they are, and the tiles that it takes.
///
/// Convolutions are unpadded, so a square tile of the image gives a smaller square of scores, one score every `stride`
/// pixels, in the middle of the tile.
package protocol SegmentationNetwork: Layer {
  /// Channels of the output.
  var classes: Int { get }
  /// Pixels of the image from one score to the next.
  var stride: Int { get }
  /// Tiles that start at multiples of this many pixels of the image agree wherever they overlap.
  var grid: Int { get }

  /// Checks that a tile of `side`² pixels fits.
  /// - Throws: `TileError`, which names the nearest that do.
  func check(tile side: Int) throws

  /// The side of the scores for a tile of `side`² pixels; `nil` where it does not fit.
  func output(of side: Int) -> Int?

  /// The greatest side below `side` and the least above it that fit.
  func nearestTiles(_ side: Int) -> (below: Int?, above: Int)

  /// The scores of every pixel for `image [1, S, S, C]`, where S is the side of a tile and `stride - 1` pixels more:
  /// `[stride², n, n, classes]` for a tile that gives n² scores.  Fragment f of these has every `stride`-th pixel of
  /// the square in the middle, each way, from `offset(of: f)` on.
  func everyPixel(_ image: Value, in graph: inout Graph) throws -> Value
}

extension SegmentationNetwork {
  /// The fitting side nearest to `side`, the side itself where it fits.
  package func nearestTile(to side: Int) -> Int {
    guard output(of: side) == nil else { return side }
    let (below, above) = nearestTiles(side)
    guard let below, side - below <= above - side else { return above }
    return below
  }

  /// The row and column of the first pixel of a fragment of `everyPixel`.
  ///
  /// Each pooling makes four fragments of one, so the digits of `fragment` to base 4, the first pooling's in front, are
  /// 2 · row + column of the pixel, in units that double from one pooling to the next.
  package func offset(of fragment: Int) -> (row: Int, column: Int) {
    var (rest, row, column, unit) = (fragment, 0, 0, stride / 2)
    while unit > 0 {
      row += rest / 2 % 2 * unit
      column += rest % 2 * unit
      (rest, unit) = (rest / 4, unit / 2)
    }
    return (row, column)
  }

  /// Pixels from the first score of a row to the last, both included, for a tile that gives `output`² scores.
  package func extent(of output: Int) -> Int { (output - 1) * stride + 1 }
}

/// The networks that an experiment or a model can name.
package enum Network: SegmentationNetwork, Hashable {
  /// Figure 1.
  case unet(UNet)
  /// Its predecessor, one window a pixel.
  case slidingWindow(SlidingWindow)

  /// The word for a network in experiments and models.
  package enum Variant: String, Sendable, CaseIterable {
    /// `UNet.Variant.paper`.
    case paper
    /// `UNet.Variant.release`.
    case release
    /// `SlidingWindow`.
    case slidingWindow = "sliding-window"
  }

  /// Its word.
  package var variant: Variant {
    switch self {
    case .unet(let network):
      switch network.variant {
      case .paper: .paper
      case .release: .release
      }
    case .slidingWindow: .slidingWindow
    }
  }

  private var described: any SegmentationNetwork {
    switch self {
    case .unet(let network): network
    case .slidingWindow(let network): network
    }
  }

  /// Channels of the output.
  package var classes: Int { described.classes }
  /// Pixels of the image from one score to the next.
  package var stride: Int { described.stride }
  /// What tiles start at multiples of, in pixels.
  package var grid: Int { described.grid }
  /// Checks that a tile of `side`² pixels fits.
  package func check(tile side: Int) throws { try described.check(tile: side) }
  /// The side of the scores for a tile of `side`² pixels.
  package func output(of side: Int) -> Int? { described.output(of: side) }
  /// The nearest sides on either hand that fit.
  package func nearestTiles(_ side: Int) -> (below: Int?, above: Int) { described.nearestTiles(side) }
  /// The scores for `image [N, S, S, C]`, where S is the side of a tile.
  package func callAsFunction(_ image: Value, in graph: inout Graph) throws -> Value {
    try described(image, in: &graph)
  }
  /// The scores of every pixel in fragments.
  package func everyPixel(_ image: Value, in graph: inout Graph) throws -> Value {
    try described.everyPixel(image, in: &graph)
  }
}
