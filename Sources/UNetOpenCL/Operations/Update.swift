import UNetGraph
import UNetRuntime

// Kernels of update.cl: the sum of two values, and stochastic gradient descent with momentum (section 3).

extension OpenCLBackend {
  func add(_ op: Addition, _ buffer: Binding) throws -> Launch {
    let count = op.y.shape.count
    return try kernel("add")
      .bind(buffer(op.a), buffer(op.b), buffer(op.y), Int64(count)).over(share(wides(count)))
  }

  /// Two parameters a launch: a layer's filters and biases.
  func sgd(_ op: GradientDescent, _ buffer: Binding) throws -> Launch {
    let launches = try stride(from: 0, to: op.updates.count, by: 2).map { first in
      let pair = [op.updates[first], op.updates[min(first + 1, op.updates.count - 1)]]
      let counts = [pair[0].w.shape.count, first + 1 < op.updates.count ? pair[1].w.shape.count : 0]
      return try kernel("sgd")
        .bind(
          buffer(pair[0].w), buffer(pair[0].v), buffer(pair[0].dw), Int64(counts[0]), buffer(pair[1].w),
          buffer(pair[1].v), buffer(pair[1].dw), Int64(counts[1]), buffer(op.control)
        )
        .over(share(wides(counts[0]) + wides(counts[1])))
    }
    return { for launch in launches { try launch() } }
  }
}
