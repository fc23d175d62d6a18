import UNetNumerics

/// A truth warped towards a proposal: its border moved as far as no region or hole is made, lost, joined or parted
/// (Jain et al. 2010).
struct Warping {
  /// Whether each pixel of the warped truth is foreground, in the grid's layout.
  private(set) var foreground: [Bool]
  /// The pixels in which it still differs from the proposal.
  private(set) var differing: [Int32]
  private let grid: Grid

  /// Warps `truth` towards the pixels of `proposal` that are greater than `threshold`, both in `grid`'s layout.
  ///
  /// Pixels that differ are tried by their distance from the threshold, the farthest first, those of one distance in
  /// the grid's order; each that is simple changes its colour; again from the beginning until none does.
  init(_ truth: [Bool], towards proposal: [Float], threshold: Double, in grid: Grid) {
    self.grid = grid
    foreground = truth
    differing = Warping.byDistance(
      truth.indices.filter { truth[$0] != isForeground(proposal[$0], above: threshold) }, proposal, threshold)
    var count = -1
    while count != differing.count {
      count = differing.count
      pass()
    }
  }

  /// Tries every pixel that differs once.
  private mutating func pass() {
    let isSimple = Neighbourhood.isSimple
    let ring = grid.ring
    differing = foreground.withUnsafeMutableBufferPointer { foreground in
      differing.filter { at in
        let at = Int(at)
        var bits = 0
        for place in 0..<8 where foreground[at + ring[place]] { bits |= 1 << place }
        if isSimple[bits] { foreground[at].toggle() }
        return !isSimple[bits]
      }
    }
  }

  private static func byDistance(_ pixels: [Int], _ proposal: [Float], _ threshold: Double) -> [Int32] {
    let keyed = pixels.map { (distance: abs(Double(proposal[$0]) - threshold), at: Int32($0)) }
    return keyed.sorted { $0.distance > $1.distance || ($0.distance == $1.distance && $0.at < $1.at) }
      .map(\.at)
  }
}
