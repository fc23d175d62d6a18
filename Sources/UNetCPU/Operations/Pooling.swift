import CUNetGeometry
import CUNetVector
import UNetGraph
import UNetRuntime

// 2x2 max-pooling with stride 2 (section 2) and its gradient.

extension CPUBackend {
  /// `y [N, H/2, W/2, C]`, the maximum of each 2x2 block of `x [N, H, W, C]`; NaN where the block has one.
  func maxPool(_ op: MaxPooling, _ bound: Binding) -> Launch {
    let x = bound(op.x)
    return pooled(x, into: bound(op.y)) { n, h in n * x.image + 2 * h * x.row }
  }

  /// `y [4N, (H-1)/2, (W-1)/2, C]`: image 4n + 2i + j has the blocks of image n of `x` that begin at (2h + i, 2w + j).
  func maxPoolFragments(_ op: FragmentPooling, _ bound: Binding) -> Launch {
    let x = bound(op.x)
    return pooled(x, into: bound(op.y)) { n, h in
      n / 4 * x.image + (2 * h + n / 2 % 2) * x.row + n % 2 * x.pixel
    }
  }

  /// `first`: where in `x` the blocks of a row of `y` begin, by its image and number.
  private func pooled(
    _ x: BoundValue, into y: BoundValue, _ first: @escaping (_ image: Int, _ row: Int) -> Int
  )
    -> Launch
  {
    let (rows, height, loops, threads) = (y.shape[0] * y.shape[1], y.shape[1], self.loops, self.threads)
    return {
      let (xFloats, yFloats) = (x.floats, y.floats)
      threads.run(rows: rows, cost: 4 * y.row) { chunk in
        for row in chunk {
          let from = xFloats + first(row / height, row % height)
          loops.max_pool(from, yFloats + row * y.row, x.row, y.shape[2], x.pixel)
        }
      }
    }
  }

  /// `dx [N, H, W, C]`, in a border of zeros: `dy [N, H/2, W/2, C]` at the first maximum of each block of `x`, else +0.  The last
  /// channels of `other [N, h, w, ..]` are added in the centre, +0 around it; then +0 where `x` is not positive, if
  /// `gated`.
  func maxPoolGradient(_ op: MaxPoolingGradient, _ bound: Binding) -> Launch {
    let (dy, x, other, dx) = (bound(op.dy), bound(op.x), op.other.map(bound), bound(op.dx))
    let (rows, height, loops, threads) = (dy.shape[0] * dy.shape[1], dy.shape[1], self.loops, self.threads)
    let inside = UNetPicture(dx.shape, border: op.border)
    return bordered(dx.buffer, inside, images: dx.shape[0], by: op.border) {
      let (dyFloats, xFloats, dxFloats) = (dy.floats, x.floats, dx.floats + inside.start)
      threads.run(rows: rows, cost: 8 * dy.row) { chunk in
        for row in chunk {
          let (n, h) = (row / height, row % height * 2)
          let (from, to) = (xFloats + n * x.image + h * x.row, dxFloats + n * dx.image + h * dx.row)
          loops.max_pool_gradient(dyFloats + row * dy.row, from, to, x.row, dx.row, dy.shape[2], x.pixel)
          for i in 0...1 {
            if let other { addCentre(other, to: to + i * dx.row, of: x, image: n, row: h + i, loops) }
            if op.gated { loops.rectify(from + i * x.row, to + i * dx.row, x.row) }
          }
        }
      }
    }
  }
}

/// Adds the last channels of `other` to the centre of a row of the gradient of `x`, and +0 to what is around it.
private func addCentre(
  _ other: BoundValue, to dx: UnsafeMutablePointer<Float>, of x: BoundValue, image n: Int, row h: Int,
  _ loops: UNetVectorLevel
) {
  let (top, left) = Operation.crop(of: x.shape, to: other.shape)
  guard 0..<other.shape[1] ~= h - top else { return loops.accumulate(nil, dx, x.row) }
  let from = other.floats + n * other.image + (h - top) * other.row + other.pixel - x.pixel
  loops.accumulate(nil, dx, left * x.pixel)
  for w in 0..<other.shape[2] {
    loops.accumulate(from + w * other.pixel, dx + (left + w) * x.pixel, x.pixel)
  }
  let end = (left + other.shape[2]) * x.pixel
  loops.accumulate(nil, dx + end, x.row - end)
}
