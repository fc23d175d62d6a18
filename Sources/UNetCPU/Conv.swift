import CUNetVector
import UNetRuntime

// Unpadded convolution (section 2) and its gradients.

extension CPUBackend {
  /// `y [N, H-R+1, W-S+1, K] = x [N, H, W, C] ∗ w [R, S, C, K] + b [K]`, rectified if `relu`.
  func conv(_ x: Bound, _ w: Bound, _ b: Bound, _ y: Bound, relu: Bool) throws -> Step {
    let (channels, outputs) = (w.shape[2], w.shape[3])
    let sums = UNetConvolution(
      x: x.floats, xImage: x.image, xRow: x.row, xPixel: x.pixel, xTapRow: x.row, xTapColumn: x.pixel,
      y: y.floats, yImage: y.image, yRow: y.row, yPixel: y.pixel, height: y.shape[1], width: y.shape[2],
      rows: w.shape[0], columns: w.shape[1], channels: channels, outputs: outputs, relu: relu ? 1 : 0)
    let convolution = StridedConvolution(
      sums: sums, images: y.shape[0],
      weights: .init(w: w.floats, tap: channels * outputs, channel: outputs, output: 1, bias: b.floats),
      groups: [.init(w: 0, y: 0)])
    return try convolution.step(on: self, keeping: [x.buffer, w.buffer, b.buffer, y.buffer])
  }

  /// `dx [N, H, W, C]` from `g [N, H+R-1, W+S-1, K]`, framed: taps move backwards, and k is summed over.
  func convInputGradient(_ g: Bound, _ w: Bound, _ dx: Bound) throws -> Step {
    let (r, s, channels, filters) = (w.shape[0], w.shape[1], w.shape[2], w.shape[3])
    let sums = UNetConvolution(
      x: g.floats + (r - 1) * g.row + (s - 1) * g.pixel,
      xImage: g.image, xRow: g.row, xPixel: g.pixel, xTapRow: -g.row, xTapColumn: -g.pixel,
      y: dx.floats, yImage: dx.image, yRow: dx.row, yPixel: dx.pixel, height: dx.shape[1], width: dx.shape[2],
      rows: r, columns: s, channels: filters, outputs: channels, relu: 0)
    let convolution = StridedConvolution(
      sums: sums, images: dx.shape[0],
      weights: .init(w: w.floats, tap: channels * filters, channel: 1, output: filters, bias: nil),
      groups: [.init(w: 0, y: 0)])
    return try convolution.step(on: self, keeping: [g.buffer, w.buffer, dx.buffer])
  }

  /// `dw [R, S, C, K]` and `db [K]` from `x [N, H, W, C]` and `g`, the output's gradient framed by `R-1` zeros.
  func convWeightGradient(_ g: Bound, _ x: Bound, _ dw: Bound, _ db: Bound) -> Step {
    let (r, s, channels, filters) = (dw.shape[0], dw.shape[1], dw.shape[2], dw.shape[3])
    let frame = r - 1
    var start = UNetGradientTile()
    (start.x, start.xImage, start.xRow, start.xPixel) = (UnsafePointer(x.floats), x.image, x.row, x.pixel)
    (start.xShift, start.dwShift, start.dwChannel) = (x.pixel, channels * filters, filters)
    start.g = UnsafePointer(g.floats + frame * g.row + frame * g.pixel)
    (start.gImage, start.gRow, start.gPixel) = (g.image, g.row, g.pixel)
    (start.height, start.width) = (g.shape[1] - 2 * frame, g.shape[2] - 2 * frame)
    // With few channels, neighbouring taps fill a tile.
    let shifts = s.isMultiple(of: 3) ? 3 : s.isMultiple(of: 4) && channels < 24 ? 4 : 1
    let taps = (0..<r).flatMap { i in
      stride(from: 0, to: s, by: shifts).map { j in
        WeightGradient.Tap(x: i * x.row + j * x.pixel, g: 0, dw: (i * s + j) * channels * filters)
      }
    }
    let gradient = WeightGradient(
      start: start, images: g.shape[0], channels: channels, filters: filters, taps: taps, shifts: shifts,
      corners: 1, dw: dw.floats, db: db.floats)
    return gradient.step(on: self, keeping: [g.buffer, x.buffer, dw.buffer, db.buffer])
  }

  /// `g [N, H+2·frame, W+2·frame, K]`: `dy [N, H, W, K]` where `y` is positive, inside a border of zeros.
  func gate(_ dy: Bound, _ y: Bound?, _ g: Bound, frame: Int) -> Step {
    let (height, width) = (g.shape[1], dy.row)
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
          let from = n * dy.image + h * dy.row
          to.update(repeating: 0, count: border)
          gateRow(dyFloats + from, yFloats.map { $0 + from }, to + border, width)
          (to + border + width).update(repeating: 0, count: border)
        }
      }
    }
  }
}

/// `dy` where `y > 0`, else +0; all of `dy` where there is no `y`.
private func gateRow(
  _ dy: UnsafePointer<Float>, _ y: UnsafePointer<Float>?, _ g: UnsafeMutablePointer<Float>, _ count: Int
) {
  guard let y else { return g.update(from: dy, count: count) }
  for i in 0..<count {
    let d = dy[i]  // read in any case, so that the loop has no branch
    g[i] = y[i] > 0 ? d : 0
  }
}
