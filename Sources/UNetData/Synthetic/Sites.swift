import UNetNumerics

/// Points scattered over a square and somewhat beyond it, one in each square of a lattice, so that neighbours are
/// found without a search.
struct Sites {
  struct Site {
    /// In pixels.
    let y, x: Float
    /// Its place in `all`.
    let number: Int
  }

  let all: [Site]
  /// Points in a row of the lattice.
  let columns: Int
  private let spacing: Int
  /// Squares beyond the picture on each side.
  private static let margin = 3

  /// `jitter` 0...1: how much of its square a point may wander over.
  init(side: Int, spacing: Int, jitter: Float, _ stream: RandomStream, number: Int) {
    let columns = (side + spacing - 1) / spacing + 2 * Sites.margin
    (self.spacing, self.columns) = (spacing, columns)
    all = (0..<columns * columns).map { n in
      func wander(_ index: Int) -> Float {
        0.5 + jitter * (Float(stream.uniform(step: number, index: 2 * n + index)) - 0.5)
      }
      let (row, column) = (n / columns - Sites.margin, n % columns - Sites.margin)
      return Site(
        y: (Float(row) + wander(0)) * Float(spacing), x: (Float(column) + wander(1)) * Float(spacing),
        number: n)
    }
  }

  /// Calls `body` with the 5 × 5 points of the squares around a place.
  @inline(__always)
  func near(_ y: Float, _ x: Float, _ body: (Site) -> Void) {
    let row = min(columns - 3, max(2, Int((y / Float(spacing)).rounded(.down)) + Sites.margin))
    let column = min(columns - 3, max(2, Int((x / Float(spacing)).rounded(.down)) + Sites.margin))
    all.withUnsafeBufferPointer { all in
      for r in row - 2...row + 2 {
        for c in column - 2...column + 2 { body(all[r * columns + c]) }
      }
    }
  }
}
