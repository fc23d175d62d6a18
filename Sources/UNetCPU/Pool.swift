import UNetRuntime

// 2x2 max-pooling with stride 2 (section 2) and its gradient.

extension CPUBackend {
  /// `y [N, H/2, W/2, C]`, the maximum of each 2x2 block of `x [N, H, W, C]`; NaN where the block has one.
  func maxPool(_ x: Bound, _ y: Bound) -> Step {
    let (rows, height, threads) = (y.shape[0] * y.shape[1], y.shape[1], self.threads)
    return {
      let (xFloats, yFloats) = (x.floats, y.floats)
      threads.run(rows: rows, cost: 4 * y.row) { chunk in
        for row in chunk {
          let from = xFloats + row / height * x.image + row % height * 2 * x.row
          for w in 0..<y.shape[2] {
            maximum(from + 2 * w * x.pixel, x.row, yFloats + row * y.row + w * y.pixel, x.pixel)
          }
        }
      }
    }
  }

  /// `dx [N, H, W, C]`: `dy [N, H/2, W/2, C]` at the first maximum of each block of `x`, else +0.
  func maxPoolGradient(_ dy: Bound, _ x: Bound, _ dx: Bound) -> Step {
    let (rows, height, threads) = (dy.shape[0] * dy.shape[1], dy.shape[1], self.threads)
    return {
      let (dyFloats, xFloats, dxFloats) = (dy.floats, x.floats, dx.floats)
      threads.run(rows: rows, cost: 8 * dy.row) { chunk in
        for row in chunk {
          let block = row / height * x.image + row % height * 2 * x.row
          for w in 0..<dy.shape[2] {
            let corner = block + 2 * w * x.pixel
            spread(
              dyFloats + row * dy.row + w * dy.pixel, xFloats + corner, dxFloats + corner, x.row, x.pixel)
          }
        }
      }
    }
  }
}

/// Whether `v` takes the place of the maximum `m` so far; NaN always does and then stays.
@inline(__always)
private func wins(_ v: Float, over m: Float) -> Bool { v > m || v != v }

/// The maximum of four pixels of `channels` channels, whose first is `x`.
private func maximum(
  _ x: UnsafePointer<Float>, _ row: Int, _ y: UnsafeMutablePointer<Float>, _ channels: Int
) {
  let (x01, x10, x11) = (x + channels, x + row, x + row + channels)
  for c in 0..<channels {
    var m = x[c]
    m = wins(x01[c], over: m) ? x01[c] : m
    m = wins(x10[c], over: m) ? x10[c] : m
    y[c] = wins(x11[c], over: m) ? x11[c] : m
  }
}

/// `dy` to the place of the maximum among the four pixels of `x`, zeros to the others.
private func spread(
  _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>, _ row: Int,
  _ channels: Int
) {
  for c in 0..<channels {
    var (m, winner) = (x[c], 0 as Int32)
    for corner in 1..<4 as Range<Int32> {
      let v = x[c + (corner & 1 == 1 ? channels : 0) + (corner & 2 == 2 ? row : 0)]
      winner = wins(v, over: m) ? corner : winner
      m = wins(v, over: m) ? v : m
    }
    dx[c] = winner == 0 ? dy[c] : 0
    dx[c + channels] = winner == 1 ? dy[c] : 0
    dx[c + row] = winner == 2 ? dy[c] : 0
    dx[c + row + channels] = winner == 3 ? dy[c] : 0
  }
}
