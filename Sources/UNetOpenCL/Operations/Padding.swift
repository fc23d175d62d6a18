import UNetGraph
import UNetRuntime

// A kernel of layout.cl: a border of zeros, and its gradient.

extension OpenCLBackend {
  func pad(_ op: Padding, _ buffer: Binding) throws -> Launch {
    let (x, y) = (op.x.shape, op.y.shape)
    return try kernel("pad")
      .bind(buffer(op.x), buffer(op.y), x[1], x[2], x[3], y[3], op.border)
      .over(each(y[3]), each(y[2]), y[0] * y[1])
  }
}
