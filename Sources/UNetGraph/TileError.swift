/// A tile that a network cannot take.
public struct TileError: Error, Equatable, CustomStringConvertible {
  /// The tile's side, in pixels.
  public let side: Int
  /// What it does not fit, in words: `5 levels`.
  public let network: String
  /// Why not.
  public let reason: String
  /// The nearest sides that fit; nothing smaller may.
  public let below: Int?, above: Int

  /// An error of a tile of `side`² pixels, with the sides that would fit.
  public init(side: Int, network: String, reason: String, below: Int?, above: Int) {
    (self.side, self.network, self.reason) = (side, network, reason)
    (self.below, self.above) = (below, above)
  }

  /// One sentence with the remedy.
  public var description: String {
    let remedy = below.map { "the nearest sides that fit are \($0) and \(above)" }
    return "tile \(side) does not fit \(network): \(reason); "
      + (remedy ?? "the least side that fits is \(above)")
  }
}
