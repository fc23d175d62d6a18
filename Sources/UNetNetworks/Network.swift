import UNetGraph
import UNetOptions

/// A network that says of an image's pixels which class they are: its word and its options, the tiles that it takes, and
/// what it computes of them.
///
/// A square tile of the image gives a square of scores, one score every `stride` pixels, in the middle of the tile.
package protocol SegmentationNetwork: Layer, Hashable {
  /// The word for the network in experiments and models: `network.variant`.
  var variant: String { get }
  /// What networks with these options are, with an article: "a U-Net".
  static var kind: String { get }
  /// The options, `width` and `classes` among them.
  static var options: OptionTable<Self> { get }

  /// The depth of it in a few words.
  var summary: String { get }
  /// Channels of the first convolution.
  var width: Int { get }
  /// Channels of the output.
  var classes: Int { get }
  /// Pixels of the image from one score to the next.
  var stride: Int { get }
  /// Tiles that start at multiples of this many pixels of the image agree wherever they overlap.
  var grid: Int { get }
  /// Pixels at each border of a tile's scores that padding has a part in: of a tile that is cut out of a larger image
  /// they are left out.
  var margin: Int { get }
  /// The side of the window that a pixel's score is made of, for a network that is defined by windows; nil for others.
  var window: Int? { get }

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

/// Any network that an experiment or a model can name.
package typealias Network = any SegmentationNetwork

/// The list of networks.
package enum Networks {
  /// Each with its defaults; the first is that of an experiment that names none.
  package static let all: [Network] = [
    UNet(variant: .paper), UNet(variant: .release), SlidingWindow(), PaddedUNet(),
  ]

  /// The network of this word, with its defaults.
  package static func named(_ variant: String) -> Network? { all.first { $0.variant == variant } }
}

/// Whether two networks are the same, options included.
package func == (a: Network, b: Network) -> Bool { AnyHashable(a) == AnyHashable(b) }

extension SegmentationNetwork {
  /// No padding.
  package var margin: Int { 0 }

  /// No windows.
  package var window: Int? { nil }

  /// The scores as they are, for a network that gives one for each pixel: one fragment.
  package func everyPixel(_ image: Value, in graph: inout Graph) throws -> Value {
    try self(image, in: &graph)
  }

  /// The network with other options, by their keys, such as "width": "8"; other keys are left aside.
  /// - Throws: `ConfigurationError`, whose problem begins with the key.
  package func with(_ options: [String: String]) throws -> Self {
    var result = self
    try Self.options.read(given: options, into: &result)
    return result
  }

  /// The fitting side nearest to `side`, the side itself where it fits.
  package func nearestTile(to side: Int) -> Int {
    guard output(of: side) == nil else { return side }
    let (below, above) = nearestTiles(side)
    guard let below, side - below <= above - side else { return above }
    return below
  }

  /// Pixels a side of an image that a tile of `side`² pixels segments.
  private func segmented(by side: Int) -> Int { (output(of: side) ?? 0) * stride - 2 * margin }

  /// The least side from a fitting `side` on whose tile segments a step of the grid on which tiles start.
  package func segmentingTile(from side: Int) -> Int {
    var tile = side
    while segmented(by: tile) < grid { tile = nearestTiles(tile).above }
    return tile
  }

  /// Checks that a tile of `side`² pixels fits and can be one of several in which images are segmented.
  /// - Throws: `TileError`, which names the least that can or the nearest that fit.
  package func check(segmentingTile side: Int) throws {
    try check(tile: side)
    let pixels = segmented(by: side)
    guard pixels < grid else { return }
    throw TileError(
      side: side, network: "a segmentation",
      reason: "it segments \(pixels)² pixels, less than the \(grid)² of a step",
      below: nil, above: segmentingTile(from: side))
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
