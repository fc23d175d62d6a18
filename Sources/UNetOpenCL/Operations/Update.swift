import UNetGraph
import UNetRuntime

// Kernels of update.cl: the sum of two values, and stochastic gradient descent with momentum (section 3).

extension OpenCLBackend {
  func add(_ op: Addition, _ buffer: Binding) throws -> Launch {
    let count = op.y.shape.count
    return try kernel("add")
      .bind(buffer(op.a), buffer(op.b), buffer(op.y), Int64(count)).over(share(wides(count)))
  }

  func sgd(_ op: GradientDescent, _ buffer: Binding) throws -> Launch {
    let count = op.w.shape.count
    return try kernel("sgd")
      .bind(buffer(op.w), buffer(op.v), buffer(op.dw), buffer(op.control), Int64(count))
      .over(share(wides(count)))
  }
}
