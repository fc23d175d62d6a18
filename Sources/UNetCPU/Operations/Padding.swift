import UNetGraph
import UNetRuntime

extension CPUBackend {
  /// `y [N, H+2·border, W+2·border, C]`: the first C channels of `x [N, H, W, ..]` inside a border of zeros, or of its
  /// centre.
  func pad(_ op: Padding, _ bound: Binding) -> Launch {
    let (x, y, border, threads) = (bound(op.x), bound(op.y), op.border, self.threads)
    let (height, zeros) = (y.shape[1], max(0, border))
    return {
      threads.run(rows: y.shape[0] * height, cost: y.row) { chunk in
        for row in chunk {
          let (n, h, to) = (row / height, row % height - border, y.floats + row * y.row)
          guard 0..<x.shape[1] ~= h else {
            to.update(repeating: 0, count: y.row)
            continue
          }
          let from = x.floats + n * x.image + h * x.row - border * x.pixel
          to.update(repeating: 0, count: zeros * y.pixel)
          for w in zeros..<y.shape[2] - zeros {
            (to + w * y.pixel).update(from: from + w * x.pixel, count: y.pixel)
          }
          (to + y.row - zeros * y.pixel).update(repeating: 0, count: zeros * y.pixel)
        }
      }
    }
  }
}
