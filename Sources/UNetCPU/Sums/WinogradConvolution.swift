import CUNetGeometry
import CUNetVector
import UNetRuntime

/// A 3x3 convolution, or the input gradient of one, by Winograd's F(4x4, 3x3).
///
/// A strip of tiles is transformed, multiplied and transformed back while it is in the cache.  Where there are more
/// filters than tiles, all tiles are transformed first and each panel of filters just before its use; else all filters
/// first and each strip just before its use.  So scratch is the smaller of both.
struct WinogradConvolution {
  let sums: UNetBoundProduct
  let w: UnsafePointer<Float>

  /// What runs it.
  func launch(on backend: CPUBackend) throws -> Launch {
    let work = WinogradWork(self, loops: backend.loops, threads: backend.threads)
    try backend.scratch.reserve(work.floats)
    let scratch = backend.scratch
    return {
      if work.inputIsFirst {
        work.inputFirst(in: scratch.floats)
      } else {
        work.filtersFirst(in: scratch.floats)
      }
    }
  }
}

/// How the work of a convolution is divided, and its room: floats in the order of their use.
private struct WinogradWork {
  let convolution: WinogradConvolution
  let loops: UNetVectorLevel
  let threads: Threads
  let tiles: UNetWinogradTiles
  let vectors, panels: Int
  /// Of the tiles, for each panel, where all tiles are transformed first.
  let parts: Int
  /// Floats of: the transformed filters of a panel, a strip's transformed tiles, its products, all tiles.
  let panel, input, products, allInput: Int
  /// Whether there are more filters than tiles.
  let inputIsFirst: Bool

  init(_ convolution: WinogradConvolution, loops: UNetVectorLevel, threads: Threads) {
    (self.convolution, self.loops, self.threads) = (convolution, loops, threads)
    let (shape, whole) = (convolution.sums.shape, convolution.sums.tiles)
    let tile = RegisterTile(channels: shape.K, sums: loops.sums)
    let channels = shape.from.allChannels
    (vectors, panels) = (tile.blocks, shape.K / tile.lanes)
    inputIsFirst = whole.count < shape.K
    parts = inputIsFirst ? whole.parts(panels: panels, workers: threads.count) : 1
    tiles = whole.inStrips(of: CPUBackend.strip, workers: inputIsFirst ? parts : threads.count)
    panel = Winograd.floats(tiles: tile.lanes, channels: channels)
    input = Winograd.floats(tiles: tiles.longest, channels: channels)
    products = Winograd.floats(tiles: tiles.longest, channels: tile.lanes)
    allInput = Winograd.floats(tiles: tiles.count, channels: channels)
  }

  var floats: Int {
    inputIsFirst
      ? allInput + threads.count * (panel + products) : panels * panel + threads.count * (input + products)
  }

  /// All tiles, then each panel's filters and outputs.
  func inputFirst(in room: UnsafeMutablePointer<Float>) {
    let pieces = min(tiles.count, 2 * threads.count)
    threads.deal(pieces) { i, _ in
      let range = i * tiles.count / pieces..<(i + 1) * tiles.count / pieces
      transformInput(range, into: room, origin: 0, count: tiles.count)
    }
    threads.deal(panels * parts) { item, worker in
      let (number, part) = (item / parts, item % parts)
      let u = room + allInput + worker * (panel + products)
      transformFilters(number, into: u)
      for i in part * tiles.strips / parts..<(part + 1) * tiles.strips / parts {
        multiply(i, number, v: room, origin: 0, count: tiles.count, u: u, m: u + panel)
      }
    }
  }

  /// All filters, then each strip's tiles and outputs.
  func filtersFirst(in room: UnsafeMutablePointer<Float>) {
    threads.deal(panels) { number, _ in transformFilters(number, into: room + number * panel) }
    threads.deal(tiles.strips) { i, worker in
      let (first, count) = (tiles.strip(i).lowerBound, tiles.strip(i).count)
      let v = room + panels * panel + worker * (input + products)
      transformInput(tiles.strip(i), into: v, origin: first, count: count)
      for number in 0..<panels {
        multiply(i, number, v: v, origin: first, count: count, u: room + number * panel, m: v + input)
      }
    }
  }

  private func transformFilters(_ number: Int, into u: UnsafeMutablePointer<Float>) {
    withUnsafePointer(to: convolution.sums) {
      loops.winograd_filters($0, convolution.w, u, number * 16 * vectors, vectors)
    }
  }

  /// `count` tiles have room in `v`, the first of them `origin`.
  private func transformInput(
    _ range: Range<Int>, into v: UnsafeMutablePointer<Float>, origin: Int, count: Int
  ) {
    withUnsafePointer(to: convolution.sums) {
      loops.winograd_input($0, v, origin, count, range.lowerBound, range.upperBound)
    }
  }

  private func multiply(
    _ i: Int, _ number: Int, v: UnsafePointer<Float>, origin: Int, count: Int, u: UnsafePointer<Float>,
    m: UnsafeMutablePointer<Float>
  ) {
    let strip = tiles.strip(i)
    let from = v + (strip.lowerBound - origin) * convolution.sums.shape.from.allChannels
    withUnsafePointer(to: convolution.sums) {
      loops.winograd_panel(
        $0, from, count, u, m, number * 16 * vectors, vectors, strip.lowerBound, strip.upperBound)
    }
  }
}
