/// Smooth displacements of a square tile from vectors on a coarse grid (section 3.1): bicubic in between.
///
/// The grid's outermost points are the tile's outermost pixels.  The surface is Keys' cubic convolution with his
/// border: a point beyond the grid is 3 g₀ - 3 g₁ + g₂, as a parabola goes on.
struct DisplacementSurface: Sendable {
  /// Points of the grid a side.
  let grid: Int
  /// Pixels of the tile a side.
  let side: Int
  /// How much each of the grid's rows (or columns) weighs at each of the tile's: `[grid, side]`.
  let weights: [Float]
  /// The surface is nowhere farther from 0 than this times the farthest of its vectors.
  let overshoot: Double

  init(grid: Int, side: Int) {
    precondition(grid >= 3, "a parabola at the border needs three points")
    var weights = [Float](repeating: 0, count: grid * side)
    for pixel in 0..<side {
      let place = side > 1 ? Double(pixel * (grid - 1)) / Double(side - 1) : 0
      let cell = min(Int(place), grid - 2)
      let taps = CubicConvolution.weights(Float(place - Double(cell)))
      for tap in 0..<4 {
        for (point, share) in Self.point(cell + tap - 1, of: grid) {
          weights[point * side + pixel] += share * taps[tap]
        }
      }
    }
    (self.grid, self.side, self.weights) = (grid, side, weights)
    let sums = (0..<side).map { pixel in (0..<grid).reduce(0) { $0 + abs(weights[$1 * side + pixel]) } }
    let most = Double(sums.max() ?? 1)
    overshoot = most * most
  }

  /// The grid's points, and how much of each, that make the point of this number, which may be one beyond.
  private static func point(_ number: Int, of grid: Int) -> [(Int, Float)] {
    switch number {
    case -1: [(0, 3), (1, -3), (2, 1)]
    case grid: [(grid - 1, 3), (grid - 2, -3), (grid - 3, 1)]
    default: [(number, 1)]
    }
  }
}
