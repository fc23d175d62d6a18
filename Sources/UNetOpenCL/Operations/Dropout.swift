import UNetGraph
import UNetRuntime

// The kernel of dropout.cl (section 3.1), which is its own gradient.

extension OpenCLBackend {
  func dropout(_ op: Dropping, _ buffer: Binding) throws -> Launch {
    let count = op.x.shape.count
    return try kernel("dropout")
      .bind(buffer(op.x), buffer(op.control), buffer(op.y), op.key, op.threshold, op.scale, Int64(count))
      .over(share(count))
  }
}
