/// A tile that a network cannot take.
package struct TileError: Error, Equatable, CustomStringConvertible {
  /// The tile's side, in pixels.
  package let side: Int
  /// What it does not fit, in words: `5 levels`.
  package let network: String
  /// Why not.
  package let reason: String
  /// The nearest sides that fit; nothing smaller may.
  package let below: Int?, above: Int

  /// An error of a tile of `side`² pixels, with the sides that would fit.
  package init(side: Int, network: String, reason: String, below: Int?, above: Int) {
    (self.side, self.network, self.reason) = (side, network, reason)
    (self.below, self.above) = (below, above)
  }

  /// One sentence with the remedy.
  package var description: String {
    let remedy = below.map { "the nearest sides that fit are \($0) and \(above)" }
    return "tile \(side) does not fit \(network): \(reason); "
      + (remedy ?? "the least side that fits is \(above)")
  }
}
