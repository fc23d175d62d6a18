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

/// The four pixels of a block of `channels` channels, whose first is `x`, in reading order.
private func block(_ x: UnsafePointer<Float>, _ row: Int, _ channels: Int) -> (
  UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>
) {
  (x, x + channels, x + row, x + row + channels)
}

/// The maximum of each channel of a block.  All is read before it is compared, so that the loop has no branch.
private func maximum(
  _ x: UnsafePointer<Float>, _ row: Int, _ y: UnsafeMutablePointer<Float>, _ channels: Int
) {
  let (x0, x1, x2, x3) = block(x, row, channels)
  for c in 0..<channels {
    let (v1, v2, v3) = (x1[c], x2[c], x3[c])
    var m = x0[c]
    m = wins(v1, over: m) ? v1 : m
    m = wins(v2, over: m) ? v2 : m
    y[c] = wins(v3, over: m) ? v3 : m
  }
}

/// `dy` to the place of each channel's maximum in a block of `x`, zeros to the others.
private func spread(
  _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>, _ row: Int,
  _ channels: Int
) {
  let (x0, x1, x2, x3) = block(x, row, channels)
  for c in 0..<channels {
    let (d, v1, v2, v3) = (dy[c], x1[c], x2[c], x3[c])
    var (m, winner) = (x0[c], 0 as Int32)
    (m, winner) = wins(v1, over: m) ? (v1, 1) : (m, winner)
    (m, winner) = wins(v2, over: m) ? (v2, 2) : (m, winner)
    winner = wins(v3, over: m) ? 3 : winner
    dx[c] = winner == 0 ? d : 0
    dx[c + channels] = winner == 1 ? d : 0
    dx[c + row] = winner == 2 ? d : 0
    dx[c + row + channels] = winner == 3 ? d : 0
  }
}
