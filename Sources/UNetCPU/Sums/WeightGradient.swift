import CUNetVector
import UNetGraph
import UNetRuntime

/// The gradient of filters and biases, as tiles of sums that stay in registers.
///
/// The chains of numerics.md cover blocks of rows.  A thread takes a share of the tiles through all blocks, in
/// ascending order: a block's pixels stay in its cache while the tiles pass over them, and each tile adds its sums
/// to `dw` itself, so partial sums need no room.
struct WeightGradient {
  /// A tile's strides and pixels but those of x, and where g begins for tap 0 and filter 0.
  let start: UNetGradientTile
  /// Images in the batch.
  let images: Int
  /// Where x comes from: the channels of one after those of the other.
  let sources: [Source]
  /// Filters K.
  let filters: Int
  /// The taps, `shifts` neighbours of a row at a time.
  let taps: [Tap]
  let shifts: Int
  /// The positions of g that each pixel adds to the bias: 1, or the 4 corners of an up-convolution.
  let corners: Int
  let dw, db: UnsafeMutablePointer<Float>

  /// Rows and pixels by which x moves, and what to add to the beginnings of g and dw.
  struct Tap {
    let row, column, g, dw: Int
  }

  /// Pixels of x, the first of them at `x`.
  struct Source {
    let x: UnsafePointer<Float>
    let image, row, pixel: Int

    /// All channels of `bound`, beginning at `first`.
    init(_ bound: Bound, from first: UnsafeMutablePointer<Float>) {
      (x, image, row, pixel) = (UnsafePointer(first), bound.image, bound.row, bound.pixel)
    }
  }

  /// What runs it, keeping `buffers` alive.
  func step(on backend: CPUBackend, keeping buffers: [HostBuffer]) -> Step {
    let (loops, threads) = (backend.loops, backend.threads)
    let tiles = self.tiles(for: loops)
    let rows = images * start.height
    let block = Operation.gradientRows(width: start.width)
    let share = (tiles.count + threads.count - 1) / threads.count
    return {
      threads.run((tiles.count + share - 1) / share) { item in
        let own = item * share..<min(tiles.count, (item + 1) * share)
        for first in stride(from: 0, to: rows, by: block) {
          for i in own {
            var tile = tiles[i]
            loops.gradient(&tile, first, min(rows, first + block), first > 0 ? 1 : 0)
          }
        }
      }
      withExtendedLifetime(buffers) {}
    }
  }

  /// The tiles of all filters and biases; those that share channels of x are neighbours.
  private func tiles(for loops: UNetVectorLevel) -> [UNetGradientTile] {
    var tiles: [UNetGradientTile] = []
    for k in stride(from: 0, to: filters, by: 16) {
      var panel = start
      panel.g += k
      panel.lanes = min(16, filters - k)
      tiles.append(bias(panel, k))
      var first = k
      for source in sources {
        (panel.xImage, panel.xRow, panel.xPixel) = (source.image, source.row, source.pixel)
        panel.xShift = source.pixel
        var c = 0
        while c < source.pixel {
          let fit = loops.gradient_channels(shifts, source.pixel - c)
          panel.x = source.x + c
          tiles += taps.map { filter(panel, $0, fit, first + c * filters) }
          c += fit
        }
        first += source.pixel * filters
      }
    }
    return tiles
  }

  private func bias(_ panel: UNetGradientTile, _ k: Int) -> UNetGradientTile {
    var tile = panel
    (tile.dw, tile.shifts, tile.channels) = (db + k, corners, 0)
    return tile
  }

  /// `first` is the place in a tap's part of dw.
  private func filter(_ panel: UNetGradientTile, _ tap: Tap, _ count: Int, _ first: Int) -> UNetGradientTile {
    var tile = panel
    tile.x += tap.row * panel.xRow + tap.column * panel.xPixel
    tile.g += tap.g
    tile.dw = dw + tap.dw + first
    (tile.shifts, tile.channels) = (shifts, count)
    return tile
  }
}
