import CUNetGeometry
import CUNetVector
import UNetRuntime

/// The gradient of filters and biases, as tiles of sums that stay in registers.
///
/// The chains of numerics.md cover blocks of rows.  A thread takes a share of the tiles through all blocks, in
/// ascending order: a block's pixels stay in its cache while the tiles pass over them, and each tile adds its sums
/// to `dw` itself, so partial sums need no room.
struct WeightGradient {
  let shape: UNetFilterGradient
  let buffers: GradientBuffers<HostBuffer>

  /// What runs it.
  func launch(on backend: CPUBackend) -> Launch {
    let (loops, threads) = (backend.loops, backend.threads)
    let (tiles, rows, block) = (self.tiles(for: loops), shape.rows, shape.block)
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

  /// Pixels of a source, whose first is at `x`: from one of its taps to the next, its channels, and those before them.
  private struct Part {
    let x: UnsafePointer<Float>, picture: UNetPicture
    let tapRow: Int, tapColumn: Int, channels: Int, before: Int
  }

  private var parts: [Part] {
    let from = shape.from
    let x = Part(
      x: buffers.x.floats + from.x.start, picture: from.x, tapRow: from.tapRow, tapColumn: from.tapColumn,
      channels: from.channels, before: 0)
    guard let skip = buffers.skip else { return [x] }
    return [
      x,
      Part(
        x: skip.floats + from.skip.start, picture: from.skip, tapRow: from.skip.row,
        tapColumn: from.skip.pixel,
        channels: from.skipChannels, before: from.channels),
    ]
  }

  /// The tiles of all filters and biases; those that share channels of x are neighbours.
  private func tiles(for loops: UNetVectorLevel) -> [UNetGradientTile] {
    var tiles: [UNetGradientTile] = []
    for k in stride(from: 0, to: shape.K, by: 16) {
      var panel = UNetGradientTile()
      (panel.of, panel.gTapRow, panel.gTapColumn) = (shape.g, shape.gTapRow, shape.gTapColumn)
      panel.g = UnsafePointer(buffers.g.floats + shape.g.start + k)
      panel.lanes = min(16, shape.K - k)
      (panel.dw, panel.shifts) = (buffers.db.floats + k, shape.batches)
      tiles.append(panel)
      (panel.dwTap, panel.dwChannel, panel.shifts) = (shape.from.allChannels * shape.K, shape.K, shape.shifts)
      for part in parts {
        (panel.from, panel.xTap) = (part.picture, part.picture.pixel)
        var c = 0
        while c < part.channels {
          panel.channels = loops.gradient_channels(panel.shifts, part.channels - c)
          tiles += taps(of: part, from: c, k, in: panel)
          c += panel.channels
        }
      }
    }
    return tiles
  }

  /// The tiles of all taps for the channels of `part` from `c` on and the filters from `k` on.
  private func taps(of part: Part, from c: Int, _ k: Int, in panel: UNetGradientTile) -> [UNetGradientTile] {
    (0..<shape.R).flatMap { r in
      stride(from: 0, to: shape.S, by: shape.shifts).map { s in
        var tile = panel
        tile.x = part.x + r * part.tapRow + s * part.tapColumn + c
        tile.g += r * shape.gTapRow + s * shape.gTapColumn
        tile.dw = buffers.dw.floats + (r * shape.S + s) * panel.dwTap + (part.before + c) * shape.K + k
        return tile
      }
    }
  }
}
