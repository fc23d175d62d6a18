import CUNetVector
import UNetGraph
import UNetRuntime

/// The gradient of filters and biases, as tiles of sums that stay in registers.
///
/// The chains of numerics.md cover blocks of rows.  A thread takes a share of the tiles through all blocks, in
/// ascending order: a block's pixels stay in its cache while the tiles pass over them, and each tile adds its sums
/// to `dw` itself, so partial sums need no room.
struct WeightGradient {
  /// A tile's strides and pixels, and where x and g begin for tap 0, channel 0 and filter 0.
  let start: UNetGradientTile
  /// Images in the batch.
  let images: Int
  /// Channels C of x and filters K.
  let channels, filters: Int
  /// The taps, `shifts` neighbours of a row at a time.
  let taps: [Tap]
  let shifts: Int
  /// The positions of g that each pixel adds to the bias: 1, or the 4 corners of an up-convolution.
  let corners: Int
  let dw, db: UnsafeMutablePointer<Float>

  /// What to add to the beginnings of x, g and dw.
  struct Tap {
    let x, g, dw: Int
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
      var c = 0
      while c < channels {
        let fit = loops.gradient_channels(shifts, channels - c)
        tiles += taps.map { filter(panel, $0, c, fit, k) }
        c += fit
      }
    }
    return tiles
  }

  private func bias(_ panel: UNetGradientTile, _ k: Int) -> UNetGradientTile {
    var tile = panel
    (tile.dw, tile.shifts, tile.channels) = (db + k, corners, 0)
    return tile
  }

  private func filter(_ panel: UNetGradientTile, _ tap: Tap, _ c: Int, _ count: Int, _ k: Int)
    -> UNetGradientTile
  {
    var tile = panel
    tile.x += tap.x + c
    tile.g += tap.g
    tile.dw = dw + tap.dw + c * filters + k
    (tile.shifts, tile.channels) = (shifts, count)
    return tile
  }
}
