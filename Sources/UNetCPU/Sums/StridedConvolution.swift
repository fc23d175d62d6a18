import CUNetVector
import UNetRuntime

/// A convolution, an up-convolution or the input gradient of one, as the strided sums of `UNetConvolution`.
///
/// Weights are packed before each run as `[panel, R·S, C, 16·vectors]`, so that a step of the chain loads
/// neighbours; a panel is as many outputs as the innermost loop keeps in registers.
struct StridedConvolution {
  /// The sums of the first group.
  let sums: UNetConvolution
  /// Images in the batch.
  let images: Int
  /// How `w` is laid out.
  let weights: Weights
  /// Groups that read the same pixels with their own weights and write from their own offset in `y`: the four
  /// corners of an up-convolution, else one.
  let groups: [Group]

  /// Channels summed over, of both sources.
  var channels: Int { sums.channels + sums.skipChannels }

  /// Elements of `w` from one tap, one channel summed over and one output to the next.
  struct Weights {
    let w: UnsafePointer<Float>
    let tap, channel, output: Int
    /// The bias of each output; none is +0.
    let bias: UnsafePointer<Float>?
  }

  /// Where a group's weights start in `w` and its outputs in `y`.
  struct Group {
    let w, y: Int
  }

  /// What runs it, keeping `buffers` alive.
  func step(on backend: CPUBackend, keeping buffers: [HostBuffer]) throws -> Step {
    let panels = Panels(self, vectors: backend.loops.panel_vectors(sums.outputs))
    try backend.scratch.reserve(panels.count)
    let (loops, threads, scratch) = (backend.loops, backend.threads, backend.scratch)
    let rows = images * sums.height
    let flops = 2 * sums.width * panels.taps * channels * panels.lanes
    let chunk = Threads.chunk(of: rows, cost: flops, worth: 8 << 20)
    let chunks = (rows + chunk - 1) / chunk
    return {
      let packed = scratch.floats
      panels.pack(self, into: packed, threads)
      threads.run(groups.count * panels.perGroup * chunks) { item in
        let (panel, first) = (item / chunks, item % chunks * chunk)
        var sums = sums
        sums.y += groups[panel / panels.perGroup].y
        let weights = packed + panel * panels.stride
        loops.convolve(
          &sums, weights + panels.lanes, weights, panel % panels.perGroup * panels.lanes, panels.vectors,
          first, min(rows, first + chunk))
      }
      withExtendedLifetime(buffers) {}
    }
  }
}

/// Packed weights: for each group and panel its bias `[lanes]`, then its weights `[taps, C, lanes]`.
struct Panels {
  let vectors, lanes, perGroup, taps, channels, stride, count: Int

  /// Panels of `vectors` vectors for the outputs of `convolution`.
  init(_ convolution: StridedConvolution, vectors: Int) {
    let sums = convolution.sums
    (self.vectors, lanes, taps) = (vectors, 16 * vectors, sums.rows * sums.columns)
    channels = convolution.channels
    perGroup = (sums.outputs + lanes - 1) / lanes
    stride = (1 + taps * channels) * lanes
    count = convolution.groups.count * perGroup * stride
  }

  /// Packs the weights as they are now.
  func pack(_ convolution: StridedConvolution, into packed: UnsafeMutablePointer<Float>, _ threads: Threads) {
    let (sums, weights) = (convolution.sums, convolution.weights)
    threads.run(rows: convolution.groups.count * perGroup * taps, cost: channels * lanes) { rows in
      for row in rows {
        let (panel, tap) = (row / taps, row % taps)
        let (group, output) = (panel / perGroup, panel % perGroup * lanes)
        let outputs = min(lanes, sums.outputs - output)
        let to = packed + panel * stride
        if tap == 0 { packBias(weights.bias.map { $0 + output }, outputs, into: to) }
        let from = weights.w + convolution.groups[group].w + tap * weights.tap + output * weights.output
        packTap(from, weights, channels, outputs, into: to + (1 + tap * channels) * lanes)
      }
    }
  }

  private func packBias(_ bias: UnsafePointer<Float>?, _ outputs: Int, into to: UnsafeMutablePointer<Float>) {
    for k in 0..<lanes { to[k] = k < outputs ? bias?[k] ?? 0 : 0 }
  }

  private func packTap(
    _ from: UnsafePointer<Float>, _ weights: StridedConvolution.Weights, _ channels: Int, _ outputs: Int,
    into to: UnsafeMutablePointer<Float>
  ) {
    if outputs < lanes { to.update(repeating: 0, count: channels * lanes) }
    if weights.output == 1 {
      for c in 0..<channels { (to + c * lanes).update(from: from + c * weights.channel, count: outputs) }
    } else {
      for k in 0..<outputs {
        for c in 0..<channels { to[c * lanes + k] = from[k * weights.output + c * weights.channel] }
      }
    }
  }
}
