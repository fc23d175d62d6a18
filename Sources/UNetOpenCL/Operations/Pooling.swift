import CUNetGeometry
import UNetGraph
import UNetRuntime

// Kernels of pool.cl: 2x2 max-pooling with stride 2 (section 2) and its gradient.

extension OpenCLBackend {
  func maxPool(_ op: MaxPooling, _ buffer: Binding) throws -> Launch {
    let y = op.y.shape
    return try kernel("max_pool")
      .bind(buffer(op.x), buffer(op.y), y[1], y[2], y[3]).over(each(y[3]), each(y[2]), y[0] * y[1])
  }

  func maxPoolFragments(_ op: FragmentPooling, _ buffer: Binding) throws -> Launch {
    let (x, y) = (op.x.shape, op.y.shape)
    return try kernel("max_pool_fragments")
      .bind(buffer(op.x), buffer(op.y), x[1], x[2], y[3]).over(each(y[3]), each(y[2]), y[0] * y[1])
  }

  func maxPoolGradient(_ op: MaxPoolingGradient, _ buffer: Binding) throws -> Launch {
    let (x, border) = (op.x.shape, op.border)
    return try kernel("max_pool_gradient")
      .bind(buffer(op.dy), buffer(op.x), buffer(op.other ?? op.x), buffer(op.dx), UNetPoolGradient(op))
      .over(each(x[3]), each(x[2] + 2 * border), x[0] * (x[1] + 2 * border))
  }
}

extension UNetPoolGradient {
  fileprivate init(_ op: MaxPoolingGradient) {
    let x = op.x.shape
    self.init()
    (height, width, channels, border, gated) = (x[1], x[2], x[3], op.border, op.gated ? 1 : 0)
    guard let other = op.other?.shape else { return }
    (otherHeight, otherWidth, otherChannels) = (other[1], other[2], other[3])
    (top, left) = Operation.crop(of: x, to: other)
  }
}
