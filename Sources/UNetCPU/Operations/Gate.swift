import UNetGraph
import UNetRuntime

// The gradient of a convolution's output: 0 where the mask `gate` is not positive, inside a border of zeros.

extension CPUBackend {
  /// `g [N, H+2·border, W+2·border, K]`: the first K channels of `dy [N, H, W, ..]` where `y` is positive, inside a
  /// border of zeros.
  func gate(_ op: GradientGate, _ bound: Binding) -> Launch {
    let (dy, y, g, around) = (bound(op.dy), op.y.map(bound), bound(op.g), op.border)
    let (height, width, channels) = (g.shape[1], dy.shape[2], g.pixel)
    let (rows, border, threads) = (g.shape[0] * height, around * g.pixel, self.threads)
    return {
      let (dyFloats, yFloats, gFloats) = (dy.floats, y?.floats, g.floats)
      threads.run(rows: rows, cost: g.row) { chunk in
        for row in chunk {
          let (n, h) = (row / height, row % height - around)
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
