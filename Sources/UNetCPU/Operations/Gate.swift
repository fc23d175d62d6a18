import UNetGraph
import UNetRuntime

// The gradient of a convolution's output: 0 where the mask `gate` is not positive, inside a border of zeros.

extension CPUBackend {
  /// `g [N, H+2·border, W+2·border, K]`: the first K channels of `dy [N, H, W, ..]` where `y` is positive, inside a
  /// border of zeros.
  func gate(_ op: GradientGate, _ bound: Binding) -> Launch {
    copied(bound(op.dy), gate: op.y.map(bound), into: bound(op.g), border: op.border)
  }

  /// The first channels of `x` inside a border of zeros, or of its centre; +0 where `gate` is not positive.
  func copied(_ x: BoundValue, gate: BoundValue?, into y: BoundValue, border: Int) -> Launch {
    let (height, width, xPixel) = (x.shape[1], x.shape[2], x.pixel)
    let (rows, columns, row, pixel) = (y.shape[1], y.shape[2], y.row, y.pixel)
    let (images, zeros, threads) = (y.shape[0], max(0, border), self.threads)
    return {
      let (from, mask, to) = (x.floats, gate?.floats, y.floats)
      threads.run(rows: images * rows, cost: row) { chunk in
        for i in chunk {
          let (h, line) = (i % rows - border, to + i * row)
          guard 0..<height ~= h else {
            line.update(repeating: 0, count: row)
            continue
          }
          line.update(repeating: 0, count: zeros * pixel)
          let first = (i / rows * height + h) * width - border
          for w in zeros..<columns - zeros {
            gatePixel(
              from + (first + w) * xPixel, mask.map { $0 + (first + w) * pixel }, line + w * pixel, pixel)
          }
          (line + row - zeros * pixel).update(repeating: 0, count: zeros * pixel)
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
