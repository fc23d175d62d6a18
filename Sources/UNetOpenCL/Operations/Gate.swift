import UNetGraph
import UNetRuntime

// A kernel of layout.cl: the gradient of a convolution's output, 0 where the mask is not positive.

extension OpenCLBackend {
  /// The gradient of a convolution's output, gated and inside its border.
  func gate(_ op: GradientGate, _ buffer: Binding) throws -> Launch {
    let (dy, channels, border) = (op.dy.shape, op.g.shape[3], op.border)
    return try kernel("gate")
      .bind(
        buffer(op.dy), buffer(op.y ?? op.dy), buffer(op.g), dy[1], dy[2], dy[3], channels, border, op.y != nil
      )
      .over(each(channels), each(dy[2] + 2 * border), dy[0] * (dy[1] + 2 * border))
  }
}
