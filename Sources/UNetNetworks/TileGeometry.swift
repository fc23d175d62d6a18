/// Which square tiles a U-Net of unpadded convolutions accepts, and what comes out of them (figure 1).
///
/// Each level takes 4 pixels off both extents (two 3x3 convolutions) and is halved by pooling, so the side must
/// be even there; on the way up each level doubles the side and takes 4 off again.
package enum TileGeometry {
  /// The side of the output for an input of `side` pixels: 388 for 572 and 5 levels; `nil` where it does not fit.
  package static func output(of side: Int, levels: Int) -> Int? {
    guard (try? check(side, levels: levels)) != nil else { return nil }
    // 4 off at each level: 4 (2^(levels-1) - 1) on the way down to the bottom, as much on the way up of what
    // is left there, and at the bottom 4 of its own, which doubling makes 4 · 2^(levels-1).
    return side - 4 * (3 * factor(levels) - 2)
  }

  /// The greatest side below `side` and the least above it that fit.
  package static func nearestFitting(_ side: Int, levels: Int) -> (below: Int?, above: Int) {
    let (step, least) = (factor(levels), least(levels: levels))
    guard side > least else { return (nil, side == least ? least + step : least) }
    let past = (side - least) % step
    return (past == 0 ? side - step : side - past, side - past + step)
  }

  /// Checks that `side` fits.
  ///
  /// - Throws: `TileError`.
  package static func check(_ side: Int, levels: Int) throws {
    let reason: String
    if side < least(levels: levels) {
      reason = "nothing would be left of it"
    } else if let odd = oddSide(side, levels: levels) {
      reason = odd == side ? "its side is odd" : "a pooled side would be odd (\(odd))"
    } else {
      return
    }
    let (below, above) = nearestFitting(side, levels: levels)
    throw TileError(side: side, network: "\(levels) levels", reason: reason, below: below, above: above)
  }

  /// The first side on the way down that pooling cannot halve.
  private static func oddSide(_ side: Int, levels: Int) -> Int? {
    var rest = side
    for _ in 0..<levels - 1 {
      guard rest.isMultiple(of: 2) else { return rest }
      rest = (rest - 4) / 2
    }
    return nil
  }

  /// The least side of which anything is left.
  static func least(levels: Int) -> Int {
    // The bottom must keep 3 pixels for one way up (2 · 3 - 4 = 2); 4 last for ever (2 · 4 - 4 = 4).
    let bottom = 4 + (levels == 2 ? 3 : 4)
    return factor(levels) * (bottom + 4) - 4
  }

  /// How many input pixels one pixel at the bottom stands for.
  static func factor(_ levels: Int) -> Int {
    precondition((2...TileGeometry.mostLevels).contains(levels), "a network of \(levels) levels")
    return 1 << (levels - 1)
  }

  /// The least tile of 12 levels has 24,572 pixels a side, that of 13 is larger than any tile may be (`Bound.tile`).
  package static let mostLevels = 12
}
