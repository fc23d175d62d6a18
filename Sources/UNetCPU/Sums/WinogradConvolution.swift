import CUNetVector
import UNetRuntime

/// A 3x3 convolution, or the input gradient of one, by Winograd's F(4x4, 3x3).
///
/// A strip of tiles is transformed, multiplied and transformed back while it is in the cache.  Where there are more
/// filters than tiles, all tiles are transformed first and each panel of filters just before its use; else all filters
/// first and each strip just before its use.  So scratch is the smaller of both.
struct WinogradConvolution {
  let sums: UNetWinograd
  let filters: UNetFilters
  /// Images in the batch.
  let images: Int

  /// What runs it, keeping `buffers` alive.
  func step(on backend: CPUBackend, keeping buffers: [HostBuffer]) throws -> Step {
    let work = WinogradWork(self, loops: backend.loops, threads: backend.threads)
    try backend.scratch.reserve(work.floats)
    let scratch = backend.scratch
    return {
      if work.inputIsFirst {
        work.inputFirst(in: scratch.floats)
      } else {
        work.filtersFirst(in: scratch.floats)
      }
      withExtendedLifetime(buffers) {}
    }
  }
}

/// How the work of a convolution is divided, and its room: floats in the order of their use.
private struct WinogradWork {
  let convolution: WinogradConvolution
  let loops: UNetVectorLevel
  let threads: Threads
  let vectors, panels, tiles, strips: Int
  /// Floats of: the transformed filters of a panel, a strip's transformed tiles, its products, all tiles.
  let panel, input, products, allInput: Int
  /// Whether there are more filters than tiles.
  let inputIsFirst: Bool

  init(_ convolution: WinogradConvolution, loops: UNetVectorLevel, threads: Threads) {
    (self.convolution, self.loops, self.threads) = (convolution, loops, threads)
    let sums = convolution.sums
    vectors = loops.panel_vectors(sums.outputs)
    let lanes = 16 * vectors
    tiles = convolution.images * sums.tileRows * sums.tileColumns
    (panels, strips) = (sums.outputs / lanes, (tiles + Winograd.strip - 1) / Winograd.strip)
    let longest = (tiles + strips - 1) / strips
    panel = Winograd.floats(tiles: lanes, channels: sums.channels)
    input = Winograd.floats(tiles: longest, channels: sums.channels)
    products = Winograd.floats(tiles: longest, channels: lanes)
    allInput = Winograd.floats(tiles: tiles, channels: sums.channels)
    inputIsFirst = tiles < sums.outputs
  }

  var floats: Int {
    inputIsFirst
      ? allInput + threads.count * (panel + products) : panels * panel + threads.count * (input + products)
  }

  /// All tiles, then each panel's filters and outputs.
  func inputFirst(in room: UnsafeMutablePointer<Float>) {
    threads.deal(strips) { i, _ in transformInput(i, into: room, origin: 0, tiles: tiles) }
    // Enough parts for all threads; a part transforms its panel's filters itself.
    let parts = min(strips, (2 * threads.count + panels - 1) / panels)
    threads.deal(panels * parts) { item, worker in
      let (number, part) = (item / parts, item % parts)
      let u = room + allInput + worker * (panel + products)
      transformFilters(number, into: u)
      for i in part * strips / parts..<(part + 1) * strips / parts {
        multiply(i, number, v: room, origin: 0, tiles: tiles, u: u, m: u + panel)
      }
    }
  }

  /// All filters, then each strip's tiles and outputs.
  func filtersFirst(in room: UnsafeMutablePointer<Float>) {
    threads.deal(panels) { number, _ in transformFilters(number, into: room + number * panel) }
    threads.deal(strips) { i, worker in
      let (first, count) = (strip(i).lowerBound, strip(i).count)
      let v = room + panels * panel + worker * (input + products)
      transformInput(i, into: v, origin: first, tiles: count)
      for number in 0..<panels {
        multiply(i, number, v: v, origin: first, tiles: count, u: room + number * panel, m: v + input)
      }
    }
  }

  private func strip(_ i: Int) -> Range<Int> { i * tiles / strips..<(i + 1) * tiles / strips }

  private func transformFilters(_ number: Int, into u: UnsafeMutablePointer<Float>) {
    var filters = convolution.filters
    loops.winograd_filters(&filters, u, number * 16 * vectors, vectors)
  }

  private func transformInput(_ i: Int, into v: UnsafeMutablePointer<Float>, origin: Int, tiles: Int) {
    var sums = convolution.sums
    loops.winograd_input(&sums, v, origin, tiles, strip(i).lowerBound, strip(i).upperBound)
  }

  private func multiply(
    _ i: Int, _ number: Int, v: UnsafePointer<Float>, origin: Int, tiles: Int, u: UnsafePointer<Float>,
    m: UnsafeMutablePointer<Float>
  ) {
    var sums = convolution.sums
    loops.winograd_panel(
      &sums, v, origin, tiles, u, m, number * 16 * vectors, vectors, strip(i).lowerBound, strip(i).upperBound)
  }
}
