import UNetData

/// A frame laid out to be compared at any threshold.
struct Comparison: Sendable {
  private let grid: Grid
  private let truth: TrueRegions
  private let white: [Bool]
  private let probabilities: [Float]
  private let instances: (ids: [Int32], count: Int)?
  /// As `probabilities`, but 0 where the truth is unknown: black in both, so warping finds no fault there.
  private let known: [Float]
  private let knownCount: Int

  /// Lays out a frame whose true regions are `objects`, 0 and less for none.
  init(_ frame: ComparedFrame, objects: [Int32]) {
    let grid = Grid(width: frame.width, height: frame.height)
    self.grid = grid
    truth = TrueRegions(grid.laid(objects, rim: 0))
    white = grid.laid(frame.truth.map { $0 > 0 }, rim: false)
    probabilities = grid.laid(frame.probabilities, rim: 0)
    instances = frame.instances.map { renumbered(grid.laid($0, rim: 0)) }
    known = grid.laid(zip(frame.truth, frame.probabilities).map { $0 < 0 ? 0 : $1 }, rim: 0)
    knownCount = frame.truth.reduce(0) { $1 < 0 ? $0 : $0 + 1 }
  }

  /// What can be needed of a frame at each threshold.
  enum Need {
    /// The agreement of the proposal's regions as they are.
    case plain
    /// The same with their borders thinned.
    case thinned
    /// What warping leaves.
    case warping
  }

  /// What is needed at one threshold, as statistics of that threshold alone.
  func judged(at threshold: Double, _ needs: Set<Need>) -> FrameStatistics {
    var result = FrameStatistics()
    if needs.contains(.warping) { result.warping = [warping(at: threshold)] }
    guard needs.contains(.plain) || needs.contains(.thinned) else { return result }
    let regions = instances ?? self.regions(at: threshold)
    if needs.contains(.plain) { result.plain = [agreement(regions)] }
    if needs.contains(.thinned) {
      result.thinned = [agreement(thinned(regions.ids, count: regions.count, in: grid))]
    }
    return result
  }

  private func regions(at threshold: Double) -> (ids: [Int32], count: Int) {
    let white = probabilities.map { Double($0) > threshold }
    return connectedComponents(of: white, height: grid.columns, width: grid.stride)
  }

  private func agreement(_ regions: (ids: [Int32], count: Int)) -> PartitionAgreement {
    PartitionAgreement(truth, regions.ids, count: regions.count)
  }

  private func warping(at threshold: Double) -> WarpingErrors {
    let warping = Warping(white, towards: known, threshold: threshold, in: grid)
    return WarpingErrors(warping, in: grid, pixels: knownCount)
  }
}
