import CUNetGeometry
import CUNetVector
import UNetRuntime

/// A convolution, an up-convolution or the input gradient of one, as the strided sums of `UNetProduct`.
///
/// Filters are packed before each run as `[panel, R·S, C, 16·vectors]`, so that a step of the chain loads
/// neighbours; a panel is as many outputs as the innermost loop keeps in registers.
struct StridedConvolution {
  /// The sums of the first batch.
  let sums: UNetBoundProduct
  let w: UnsafePointer<Float>

  private var shape: UNetProduct { sums.shape }

  /// What runs it.
  func launch(on backend: CPUBackend) throws -> Launch {
    let panels = Panels(self, vectors: RegisterTile(channels: shape.K, sums: backend.loops.sums).blocks)
    try backend.scratch.reserve(panels.count)
    let (loops, threads, scratch) = (backend.loops, backend.threads, backend.scratch)
    let work = StridedWork(shape, panels, threads)
    return {
      let packed = scratch.floats
      panels.pack(self, into: packed, threads)
      threads.run(work.items) { item in
        let (some, rows) = work.part(item)
        for panel in some {
          var sums = sums
          sums.shape.y.start += shape.corner(panel / panels.perBatch)
          let weights = packed + panel * panels.stride
          loops.convolve(
            &sums, weights + panels.lanes, weights, panel % panels.perBatch * panels.lanes, panels.vectors,
            rows.lowerBound, rows.upperBound)
        }
      }
    }
  }
}

/// How a convolution is divided: an item of work takes some rows of results, for one panel of filters or, where less has
/// to be fetched so, for all of them while what the rows read stays in a core's cache.
private struct StridedWork {
  private let rows, chunk, panels: Int
  private let takesAllPanels: Bool

  init(_ shape: UNetProduct, _ panels: Panels, _ threads: Threads) {
    (rows, self.panels) = (shape.rows, shape.batches * panels.perBatch)
    let near = max(1, min(StridedWork.nearFloats / shape.floatsOfRow, rows / (4 * threads.count)))
    takesAllPanels =
      rows / near >= 2 * threads.count
      && shape.takesRowsFirst(near: near, panels: self.panels, filters: panels.count)
    let flops = 2 * shape.y.width * panels.taps * panels.channels * panels.lanes
    chunk = takesAllPanels ? near : Threads.chunk(of: rows, cost: flops, worth: 8 << 20)
  }

  private var chunks: Int { (rows + chunk - 1) / chunk }
  /// How many items of work there are.
  var items: Int { takesAllPanels ? chunks : chunks * panels }

  /// The panels and the rows of an item.
  func part(_ item: Int) -> (panels: Range<Int>, rows: Range<Int>) {
    let first = item % chunks * chunk
    let some = takesAllPanels ? 0..<panels : item / chunks..<item / chunks + 1
    return (some, first..<min(rows, first + chunk))
  }

  /// A quarter of the smallest cache that processors with AVX2 give a core for itself, 512 KiB, is left to filters.
  private static let nearFloats = (384 << 10) / 4
}

/// Packed filters: for each batch and panel its bias `[lanes]`, then its filters `[taps, C, lanes]`.
struct Panels {
  let vectors, lanes, perBatch, taps, channels, stride, count: Int

  /// Panels of `vectors` vectors for the outputs of `convolution`.
  init(_ convolution: StridedConvolution, vectors: Int) {
    let shape = convolution.sums.shape
    (self.vectors, lanes, taps) = (vectors, 16 * vectors, shape.R * shape.S)
    channels = shape.from.allChannels
    perBatch = (shape.K + lanes - 1) / lanes
    stride = (1 + taps * channels) * lanes
    count = shape.batches * perBatch * stride
  }

  /// Packs the filters as they are now.
  func pack(_ convolution: StridedConvolution, into packed: UnsafeMutablePointer<Float>, _ threads: Threads) {
    let (shape, bias) = (convolution.sums.shape, convolution.sums.bias)
    threads.run(rows: shape.batches * perBatch * taps, cost: channels * lanes) { rows in
      for row in rows {
        let (panel, tap) = (row / taps, row % taps)
        let (batch, output) = (panel / perBatch, panel % perBatch * lanes)
        let outputs = min(lanes, shape.K - output)
        let to = packed + panel * stride
        if tap == 0 { packBias(bias.map { $0 + output }, outputs, into: to) }
        let from = convolution.w + (batch * taps + tap) * channels * shape.K
        packTap(
          from + output * (shape.transposed == 0 ? 1 : channels), shape, outputs,
          into: to + (1 + tap * channels) * lanes)
      }
    }
  }

  private func packBias(_ bias: UnsafePointer<Float>?, _ outputs: Int, into to: UnsafeMutablePointer<Float>) {
    for k in 0..<lanes { to[k] = k < outputs ? bias?[k] ?? 0 : 0 }
  }

  private func packTap(
    _ from: UnsafePointer<Float>, _ shape: UNetProduct, _ outputs: Int, into to: UnsafeMutablePointer<Float>
  ) {
    if outputs < lanes { to.update(repeating: 0, count: channels * lanes) }
    if shape.transposed == 0 {
      for c in 0..<channels { (to + c * lanes).update(from: from + c * shape.K, count: outputs) }
    } else {
      for k in 0..<outputs {
        for c in 0..<channels { to[c * lanes + k] = from[k * channels + c] }
      }
    }
  }
}
