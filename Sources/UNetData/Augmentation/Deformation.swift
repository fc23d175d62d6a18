/// Where the pixels of one square tile lie in the image: turned, mirrored, enlarged, and displaced smoothly (section 3.1).
///
/// Pixel (i, j) of a tile of `side` pixels lies at centre + matrix · (i - m, j - m) + d(i, j), m = (side - 1) / 2, all
/// in rows and columns of the image.
struct Deformation {
  /// The tile's centre in the image.
  let centre: SIMD2<Double>
  /// What a step down, and a step to the right, in the tile is in the image.
  let down, right: SIMD2<Double>
  /// The grid's displacement vectors `[grid, grid]` in reading order; empty without a surface.
  let vectors: [SIMD2<Float>]

  /// Rows and columns of the image that hold every pixel of the tile and what interpolation needs around it.
  func bounds(side: Int, surface: DisplacementSurface?) -> (rows: Range<Int>, columns: Range<Int>) {
    let farthest = vectors.reduce(SIMD2<Float>()) { pointwiseMax($0, pointwiseMax($1, -$1)) }
    let half = Double(side - 1) / 2
    func range(_ axis: Int) -> Range<Int> {
      let reach =
        half * (abs(down[axis]) + abs(right[axis])) + Double(farthest[axis]) * (surface?.overshoot ?? 0)
      // Two pixels on either side for the cubic, one for rounding.
      return Int((centre[axis] - reach).rounded(.down)) - 3..<Int((centre[axis] + reach).rounded(.up)) + 4
    }
    return (range(0), range(1))
  }

  /// Calls `body` for each row of the tile with the places of its pixels, in rows and columns from `origin`.
  func forEachRow(
    side: Int, surface: DisplacementSurface?, from origin: (row: Int, column: Int),
    _ body: (_ row: Int, _ ys: UnsafePointer<Float>, _ xs: UnsafePointer<Float>) -> Void
  ) {
    let half = Double(side - 1) / 2
    let start = centre - SIMD2(Double(origin.row), Double(origin.column))
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * side) { places in
      guard let ys = places.baseAddress else { return }
      let xs = ys + side
      for i in 0..<side {
        let first = SIMD2<Float>(start + (Double(i) - half) * down)
        let step = SIMD2<Float>(right)
        for j in 0..<side {
          let across = Float(j) - Float(half)
          ys[j] = first.x + across * step.x
          xs[j] = first.y + across * step.y
        }
        if let surface { displace(ys, xs, row: i, surface) }
        body(i, ys, xs)
      }
    }
  }

  /// Adds the displacements of row `i`: the grid's vectors first combined down, then across.
  private func displace(
    _ ys: UnsafeMutablePointer<Float>, _ xs: UnsafeMutablePointer<Float>, row i: Int,
    _ surface: DisplacementSurface
  ) {
    let (grid, side) = (surface.grid, surface.side)
    surface.weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      for column in 0..<grid {
        var vector = SIMD2<Float>()
        for row in 0..<grid { vector += weights[row * side + i] * vectors[row * grid + column] }
        let shares = weights + column * side
        for j in 0..<side {
          ys[j] += vector.x * shares[j]
          xs[j] += vector.y * shares[j]
        }
      }
    }
  }
}
