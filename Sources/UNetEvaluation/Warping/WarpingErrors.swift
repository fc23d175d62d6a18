import UNetData

/// What warping could not mend: the topological errors of a proposal, pixel by pixel (Jain et al. 2010).
package struct WarpingErrors: Summable, Equatable, Sendable {
  /// Pixels compared.
  package var pixels = 0
  /// Pixels in which the warped truth still differs: the classic error.
  package var differing = 0
  /// Those of them where the proposal parts a region.
  package var splits = 0
  /// Those of them where the proposal joins regions.
  package var mergers = 0

  /// No errors.
  package init() {}
  static let parts: [WritableKeyPath<Self, Int> & Sendable] = [\.pixels, \.differing, \.splits, \.mergers]

  /// Differing pixels among all.
  package var classic: Double { share(differing, of: pixels) }

  /// Splits and mergers among all pixels: the figure of the leaderboard.
  package var error: Double { share(splits + mergers, of: pixels) }

  private func share(_ count: Int, of whole: Int) -> Double { Double(count) / Double(max(1, whole)) }
}

extension WarpingErrors {
  /// The errors that are left in a warped truth, of `pixels` compared.
  ///
  /// What a differing pixel is follows from the distinct regions among its eight neighbours, background being one: with three or
  /// more it is a merger where it is background and a split where it is foreground; a foreground one with two is a split if
  /// without it there are three within `radius` pixels.  All else (objects and holes that one has alone) is no
  /// part of the leaderboard's figure.
  init(_ warping: Warping, in grid: Grid, pixels: Int, radius: Int = 20) {
    self.pixels = pixels
    differing = warping.differing.count
    let regions = connectedComponents(of: warping.foreground, height: grid.columns, width: grid.stride).ids
    let ring = grid.ring
    var surroundings = Surroundings(warping.foreground, in: grid, radius: radius)
    for at in warping.differing.lazy.map({ Int($0) }) {
      let labels = distinct(regions, around: at, ring)
      if labels > 2 {
        if warping.foreground[at] { splits += 1 } else { mergers += 1 }
      } else if labels == 2, warping.foreground[at], surroundings.parts(at) {
        splits += 1
      }
    }
  }
}

/// The number of distinct values around a place.
private func distinct(_ values: [Int32], around at: Int, _ ring: [Int]) -> Int {
  var count = 0
  for place in ring.indices {
    let value = values[at + ring[place]]
    var isNew = true
    for earlier in 0..<place where values[at + ring[earlier]] == value { isNew = false }
    if isNew { count += 1 }
  }
  return count
}
