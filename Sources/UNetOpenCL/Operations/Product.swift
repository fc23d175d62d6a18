import CUNetGeometry
import UNetGraph
import UNetRuntime

// Convolutions, up-convolutions and their input gradients, and what surrounds them.

extension OpenCLBackend {
  /// What a product reads and writes here.
  typealias Operands = ProductBuffers<any KernelArgument>

  /// Multiplies, and sets the border to zeros.
  func product(_ shape: UNetProduct, _ buffers: Operands) throws -> Launch {
    let multiply =
      switch schedule {
      case .vector(let schedule): try vectorProduct(shape, buffers, schedule)
      case .tile(let schedule): try tileProduct(shape, buffers, schedule)
      }
    return try bordered(shape, buffers, multiply)
  }

  /// The same of a 3x3 convolution by Winograd's algorithm.
  func winograd(_ shape: UNetProduct, _ buffers: Operands) throws -> Launch {
    let (shape, tiles) = (shape.fromFirstPixel, UNetWinogradTiles(images: shape.N, shape.y))
    let multiply =
      switch schedule {
      case .vector(let schedule): try vectorWinograd(shape, tiles, buffers, schedule)
      case .tile(let schedule): try tileWinograd(shape, tiles, buffers, schedule)
      }
    return try bordered(shape, buffers, multiply)
  }

  /// `launch` after the zeros around the results.
  private func bordered(_ shape: UNetProduct, _ buffers: Operands, _ launch: @escaping Launch) throws
    -> Launch
  {
    let (border, y) = (shape.border, shape.y)
    guard border > 0 else { return launch }
    let zeros = try kernel("zero_border")
      .bind(buffers.y, y.height + 2 * border, y.width + 2 * border, shape.K, border)
      .over(each(shape.K), each(2 * border * (y.height + y.width + 2 * border)), shape.N)
    return {
      try zeros()
      try launch()
    }
  }

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
