import CUNetVector
import UNetGraph
import UNetRuntime

// The 2x2 up-convolution (section 2) and its gradients.

extension CPUBackend {
  /// `y [N, 2H, 2W, K]` from `x [N, H, W, C]` and `w [2, 2, C, K]`: each corner of the 2x2 blocks is a 1x1
  /// convolution of its own, written at a stride of two rows and two pixels.
  func upConv(_ op: UpConvolution, _ bound: Binding) throws -> Step {
    let (x, w, b, y) = (bound(op.x), bound(op.w), bound(op.b), bound(op.y))
    let (channels, outputs) = (w.shape[2], w.shape[3])
    var sums = UNetConvolution()
    (sums.x, sums.xImage, sums.xRow, sums.xPixel) = (UnsafePointer(x.floats), x.image, x.row, x.pixel)
    (sums.y, sums.yImage, sums.yRow, sums.yPixel) = (y.floats, y.image, 2 * y.row, 2 * y.pixel)
    (sums.height, sums.width) = (x.shape[1], x.shape[2])
    (sums.rows, sums.columns, sums.channels, sums.outputs) = (1, 1, channels, outputs)
    sums.relu = op.relu ? 1 : 0
    let convolution = StridedConvolution(
      sums: sums, images: x.shape[0],
      weights: .init(w: w.floats, tap: 0, channel: outputs, output: 1, bias: b.floats),
      groups: corners.map { i, j in
        .init(w: (2 * i + j) * channels * outputs, y: i * y.row + j * y.pixel)
      })
    return try convolution.step(on: self, keeping: [x.buffer, w.buffer, b.buffer, y.buffer])
  }

  /// `dx [N, H, W, C]`, gated and framed, from the first K channels of `g [N, 2H, 2W, ..]`: a 2x2 convolution of stride
  /// 2.
  func upConvInputGradient(_ op: UpConvolutionInputGradient, _ bound: Binding) throws -> Step {
    let (g, w, gate, dx) = (bound(op.g), bound(op.w), op.gate.map(bound), bound(op.dx))
    let (channels, filters) = (w.shape[2], w.shape[3])
    var sums = UNetConvolution()
    (sums.x, sums.xImage, sums.xRow, sums.xPixel) = (UnsafePointer(g.floats), g.image, 2 * g.row, 2 * g.pixel)
    (sums.xTapRow, sums.xTapColumn, sums.channels) = (g.row, g.pixel, filters)
    (sums.rows, sums.columns) = (2, 2)
    sums.write(to: dx, frame: op.border, gate: gate)
    let convolution = StridedConvolution(
      sums: sums, images: dx.shape[0],
      weights: .init(w: w.floats, tap: channels * filters, channel: 1, output: filters, bias: nil),
      groups: [.init(w: 0, y: 0)])
    let buffers = [g.buffer, w.buffer, dx.buffer] + (gate.map { [$0.buffer] } ?? [])
    return framing(dx, by: op.border, try convolution.step(on: self, keeping: buffers))
  }

  /// `dw [2, 2, C, K]` and `db [K]` from `x [N, H, W, C]` and the first K channels of `g [N, 2H, 2W, ..]`; the chains go over x's pixels.
  func upConvWeightGradient(_ op: UpConvolutionWeightGradient, _ bound: Binding) -> Step {
    let (g, x, dw, db) = (bound(op.g), bound(op.x), bound(op.dw), bound(op.db))
    let (channels, filters) = (dw.shape[2], dw.shape[3])
    var start = UNetGradientTile()
    (start.g, start.gImage, start.gRow, start.gPixel) = (
      UnsafePointer(g.floats), g.image, 2 * g.row, 2 * g.pixel
    )
    (start.gTapRow, start.gTapColumn, start.dwChannel) = (g.row, g.pixel, filters)
    (start.height, start.width) = (x.shape[1], x.shape[2])
    let taps = corners.map { i, j in
      WeightGradient.Tap(row: 0, column: 0, g: i * g.row + j * g.pixel, dw: (2 * i + j) * channels * filters)
    }
    let gradient = WeightGradient(
      start: start, images: x.shape[0], sources: [.init(x, from: x.floats)], filters: filters, taps: taps,
      shifts: 1, corners: 4, dw: dw.floats, db: db.floats)
    return gradient.step(on: self, keeping: [g.buffer, x.buffer, dw.buffer, db.buffer])
  }
}

/// The positions in a 2x2 block, in reading order.
private let corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
