import UNetGraph
import UNetRuntime

// Kernels of update.cl: sums of values, and what optimisers do.

extension OpenCLBackend {
  func add(_ op: Addition, _ buffer: Binding) throws -> Launch {
    let count = op.y.shape.count
    return try kernel("add")
      .bind(buffer(op.a), buffer(op.b), buffer(op.y), Int64(count)).over(share(wides(count)))
  }

  func accumulate(_ op: Accumulation, _ buffer: Binding) throws -> Launch {
    let launches = try op.parts.map { part in
      let count = part.sum.shape.count
      return try kernel("accumulate")
        .bind(buffer(part.addend), buffer(part.sum), Int64(count), Int32(op.begins ? 1 : 0)).over(
          share(wides(count)))
    }
    return { for launch in launches { try launch() } }
  }

  func sgd(_ op: ParameterUpdates, _ buffer: Binding) throws -> Launch {
    try update("sgd", op.updates, op.control, buffer)
  }

  func adam(_ op: ParameterUpdates, _ buffer: Binding) throws -> Launch {
    try update("adam", op.updates, op.control, buffer)
  }

  /// Two parameters a launch: a layer's filters and biases.
  private func update(
    _ name: String, _ updates: [ParameterUpdate], _ control: Value, _ buffer: Binding
  ) throws -> Launch {
    let launches = try stride(from: 0, to: updates.count, by: 2).map { first in
      let pair = [updates[first], updates[min(first + 1, updates.count - 1)]]
      let counts = [pair[0].w.shape.count, first + 1 < updates.count ? pair[1].w.shape.count : 0]
      let arguments = zip(pair, counts).flatMap { one, count -> [any KernelArgument] in
        [one.w, one.first, one.second, one.dw].compactMap { $0.map { buffer($0) } } + [Int64(count)]
      }
      return try kernel(name).bind(arguments + [buffer(control)])
        .over(share(wides(counts[0]) + wides(counts[1])))
    }
    return { for launch in launches { try launch() } }
  }
}
