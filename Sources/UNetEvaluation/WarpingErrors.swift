import UNetData

/// What warping could not mend: the topological errors of a proposal, pixel by pixel (Jain et al. 2010).
public struct WarpingErrors: Equatable, Sendable {
  /// Pixels compared.
  public var pixels = 0
  /// Pixels in which the warped truth still differs: the classic error.
  public var differing = 0
  /// Those of them where the proposal parts a region.
  public var splits = 0
  /// Those of them where the proposal joins regions.
  public var mergers = 0

  /// No errors.
  public init() {}

  /// Differing pixels among all.
  public var classic: Double { share(differing, of: pixels) }

  /// Splits and mergers among all pixels: the figure of the leaderboard.
  public var error: Double { share(splits + mergers, of: pixels) }

  private func share(_ count: Int, of whole: Int) -> Double { Double(count) / Double(max(1, whole)) }

  /// The counts of two sets of pixels together.
  public static func + (a: WarpingErrors, b: WarpingErrors) -> WarpingErrors {
    var sum = a
    sum.pixels += b.pixels
    sum.differing += b.differing
    sum.splits += b.splits
    sum.mergers += b.mergers
    return sum
  }
}

extension WarpingErrors {
  /// The errors that are left in a warped truth, of `pixels` compared.
  ///
  /// A differing pixel is judged by the distinct regions among its eight neighbours, black being one: with three or
  /// more it is a merger where it is black and a split where it is white; a white one with two is a split if
  /// without it there are three within `radius` pixels.  All else (objects and holes that one has alone) is no
  /// part of the leaderboard's figure.
  init(_ warping: Warping, in grid: Grid, pixels: Int, radius: Int = 20) {
    self.pixels = pixels
    differing = warping.differing.count
    let regions = connectedComponents(of: warping.white, height: grid.columns, width: grid.stride).ids
    let ring = grid.ring
    for at in warping.differing.lazy.map({ Int($0) }) {
      let labels = distinct(regions, around: at, ring)
      if labels > 2 {
        if warping.white[at] { splits += 1 } else { mergers += 1 }
      } else if labels == 2, warping.white[at], parts(warping.white, at, in: grid, radius: radius) {
        splits += 1
      }
    }
  }
}

/// Whether white parts into several regions, within a window around the pixel `at`, if that pixel becomes black.
private func parts(_ white: [Bool], _ at: Int, in grid: Grid, radius: Int) -> Bool {
  var bits = 0
  for (place, way) in grid.ring.enumerated() where white[at + way] { bits |= 1 << place }
  // Joined at once by the neighbours themselves: the common case.
  guard Neighbourhood.whiteComponents[bits] > 1 else { return false }
  let (x, y) = (at / grid.stride, at % grid.stride)
  let columns = max(0, x - radius)...min(grid.columns - 1, x + radius)
  let rows = max(0, y - radius)...min(grid.stride - 1, y + radius)
  var window = columns.flatMap { column in rows.map { white[column * grid.stride + $0] } }
  let centre = (x - columns.lowerBound) * rows.count + y - rows.lowerBound
  window[centre] = false
  let regions = connectedComponents(of: window, height: columns.count, width: rows.count).ids
  let ring = [-rows.count - 1, -rows.count, -rows.count + 1, -1, 1, rows.count - 1, rows.count, rows.count + 1]
  return distinct(regions, around: centre, ring) > 2
}

/// The number of distinct values around a place.
private func distinct(_ values: [Int32], around at: Int, _ ring: [Int]) -> Int {
  var count = 0
  for (place, way) in ring.enumerated() {
    let isNew = !ring[..<place].contains { values[at + $0] == values[at + way] }
    if isNew { count += 1 }
  }
  return count
}
