import UNetData
import UNetNumerics

/// A frame laid out to be compared at any threshold.
struct FrameLayout: Sendable {
  let grid: Grid
  let trueRegions: TrueRegions
  let isForeground: [Bool]
  let probabilities: [Float]
  let instances: (ids: [Int32], count: Int)?
  /// As `probabilities`, but 0 where the truth is unknown: background in both, so warping finds no fault there.
  let known: [Float]
  let knownCount: Int

  /// Lays out a frame.
  init(_ frame: MeasuredFrame) {
    let images = frame.images
    let grid = Grid(width: images.width, height: images.height)
    self.grid = grid
    trueRegions = TrueRegions(grid.laid(frame.trueObjects, rim: 0))
    isForeground = grid.laid(images.truth.map { $0 > 0 }, rim: false)
    probabilities = grid.laid(images.probabilities, rim: 0)
    instances = images.instances.map { renumbered(grid.laid($0, rim: 0)) }
    known = grid.laid(zip(images.truth, images.probabilities).map { $0 < 0 ? 0 : $1 }, rim: 0)
    knownCount = images.truth.reduce(0) { $1 < 0 ? $0 : $0 + 1 }
  }
}

/// A frame at one threshold: what several measurements need is found once.
package struct ThresholdedFrame {
  let layout: FrameLayout
  let threshold: Double

  init(_ layout: FrameLayout, at threshold: Double) { (self.layout, self.threshold) = (layout, threshold) }

  /// The proposal's regions: its instances, else the 4-connected regions above the threshold.
  private(set) lazy var regions: (ids: [Int32], count: Int) =
    layout.instances
    ?? connectedComponents(
      of: layout.probabilities.map { isForeground($0, above: threshold) }, height: layout.grid.columns,
      width: layout.grid.stride)
}
