import CUNetVector
import UNetGraph
import UNetRuntime

// Unpadded convolution (section 2) and its gradients.

extension CPUBackend {
  /// `y [N, h-R+1, w-S+1, K] = x [N, h, w, C] ∗ w [R, S, C, K] + b [K]`, rectified if `relu`; the channels of the
  /// centre of `skip` follow those of `x`.
  func conv(_ op: Convolution, _ bound: Binding) throws -> Step {
    let (x, skip, w) = (bound(op.x), op.skip.map(bound), bound(op.w))
    let (b, y) = (bound(op.b), bound(op.y))
    let (channels, outputs) = (w.shape[2], w.shape[3])
    var sums = UNetConvolution()
    (sums.x, sums.xImage, sums.xRow, sums.xPixel) = (UnsafePointer(x.floats), x.image, x.row, x.pixel)
    (sums.xTapRow, sums.xTapColumn, sums.channels) = (x.row, x.pixel, x.pixel)
    if let skip {
      (sums.skip, sums.skipChannels) = (UnsafePointer(skip.centre(besides: x)), skip.pixel)
      (sums.skipImage, sums.skipRow, sums.skipPixel) = (skip.image, skip.row, skip.pixel)
    }
    (sums.y, sums.yImage, sums.yRow, sums.yPixel) = (y.floats, y.image, y.row, y.pixel)
    (sums.height, sums.width, sums.outputs) = (y.shape[1], y.shape[2], outputs)
    (sums.rows, sums.columns, sums.relu) = (w.shape[0], w.shape[1], op.relu ? 1 : 0)
    let convolution = StridedConvolution(
      sums: sums, images: y.shape[0],
      weights: .init(w: w.floats, tap: channels * outputs, channel: outputs, output: 1, bias: b.floats),
      groups: [.init(w: 0, y: 0)])
    let buffers = [x.buffer, w.buffer, b.buffer, y.buffer] + (skip.map { [$0.buffer] } ?? [])
    return try convolution.step(on: self, keeping: buffers)
  }

  /// `dx [N, H, W, C]`, gated and framed, from `g [N, H+R-1, W+S-1, K]`, framed: taps move backwards, and k is summed
  /// over.
  func convInputGradient(_ op: ConvolutionInputGradient, _ bound: Binding) throws -> Step {
    let (g, w, gate, dx) = (bound(op.g), bound(op.w), op.gate.map(bound), bound(op.dx))
    let (r, s, channels, filters) = (w.shape[0], w.shape[1], w.shape[2], w.shape[3])
    var sums = UNetConvolution()
    sums.x = UnsafePointer(g.floats + (r - 1) * g.row + (s - 1) * g.pixel)
    (sums.xImage, sums.xRow, sums.xPixel) = (g.image, g.row, g.pixel)
    (sums.xTapRow, sums.xTapColumn, sums.channels) = (-g.row, -g.pixel, filters)
    (sums.rows, sums.columns) = (r, s)
    sums.write(to: dx, frame: op.border, gate: gate)
    let convolution = StridedConvolution(
      sums: sums, images: dx.shape[0],
      weights: .init(w: w.floats, tap: channels * filters, channel: 1, output: filters, bias: nil),
      groups: [.init(w: 0, y: 0)])
    let buffers = [g.buffer, w.buffer, dx.buffer] + (gate.map { [$0.buffer] } ?? [])
    return framing(dx, by: op.border, try convolution.step(on: self, keeping: buffers))
  }

  /// `dw [R, S, C, K]` and `db [K]` from `x [N, H, W, C]`, then the centre of `skip`, and `g`, the output's gradient
  /// framed by `R-1` zeros.
  func convWeightGradient(_ op: ConvolutionWeightGradient, _ bound: Binding) -> Step {
    let (g, x, skip) = (bound(op.g), bound(op.x), op.skip.map(bound))
    let (dw, db) = (bound(op.dw), bound(op.db))
    let (r, s, channels, filters) = (dw.shape[0], dw.shape[1], dw.shape[2], dw.shape[3])
    let frame = r - 1
    var start = UNetGradientTile()
    (start.dwShift, start.dwChannel) = (channels * filters, filters)
    start.g = UnsafePointer(g.floats + frame * g.row + frame * g.pixel)
    (start.gImage, start.gRow, start.gPixel) = (g.image, g.row, g.pixel)
    (start.height, start.width) = (g.shape[1] - 2 * frame, g.shape[2] - 2 * frame)
    // With few channels, neighbouring taps fill a tile.
    let shifts = s.isMultiple(of: 3) ? 3 : s.isMultiple(of: 4) && channels < 24 ? 4 : 1
    let taps = (0..<r).flatMap { i in
      stride(from: 0, to: s, by: shifts).map { j in
        WeightGradient.Tap(row: i, column: j, g: 0, dw: (i * s + j) * channels * filters)
      }
    }
    var sources = [WeightGradient.Source(x, from: x.floats)]
    if let skip { sources.append(.init(skip, from: skip.centre(besides: x))) }
    let gradient = WeightGradient(
      start: start, images: g.shape[0], sources: sources, filters: filters, taps: taps, shifts: shifts,
      corners: 1, dw: dw.floats, db: db.floats)
    let buffers = [g.buffer, x.buffer, dw.buffer, db.buffer] + (skip.map { [$0.buffer] } ?? [])
    return gradient.step(on: self, keeping: buffers)
  }

  /// `g [N, H+2·frame, W+2·frame, K]`: the first K channels of `dy [N, H, W, ..]` where `y` is positive, inside a
  /// border of zeros.
  func gate(_ op: GradientGate, _ bound: Binding) -> Step {
    let (dy, y, g, frame) = (bound(op.dy), op.y.map(bound), bound(op.g), op.border)
    let (height, width, channels) = (g.shape[1], dy.shape[2], g.pixel)
    let (rows, border, threads) = (g.shape[0] * height, frame * g.pixel, self.threads)
    return {
      let (dyFloats, yFloats, gFloats) = (dy.floats, y?.floats, g.floats)
      threads.run(rows: rows, cost: g.row) { chunk in
        for row in chunk {
          let (n, h) = (row / height, row % height - frame)
          let to = gFloats + row * g.row
          guard h >= 0 && h < dy.shape[1] else {
            to.update(repeating: 0, count: g.row)
            continue
          }
          to.update(repeating: 0, count: border)
          let first = (n * dy.shape[1] + h) * width
          for w in 0..<width {
            let from = dyFloats + (first + w) * dy.pixel
            gatePixel(from, yFloats.map { $0 + (first + w) * channels }, to + border + w * channels, channels)
          }
          (to + border + width * channels).update(repeating: 0, count: border)
        }
      }
    }
  }
}

/// `dy` where `y > 0`, else +0; all of `dy` where there is no `y`.
private func gatePixel(
  _ dy: UnsafePointer<Float>, _ y: UnsafePointer<Float>?, _ g: UnsafeMutablePointer<Float>, _ count: Int
) {
  guard let y else { return g.update(from: dy, count: count) }
  for i in 0..<count {
    let d = dy[i]  // read in any case, so that the loop has no branch
    g[i] = y[i] > 0 ? d : 0
  }
}
