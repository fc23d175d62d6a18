import CUNetGeometry
import UNetGraph
import UNetRuntime

// Convolutions and up-convolutions (section 2) and their gradients, by either schedule.

extension OpenCLBackend {
  /// What a product reads and writes here.
  typealias Operands = ProductBuffers<any KernelArgument>
  /// What a gradient of filters reads and writes here.
  typealias GradientOperands = GradientBuffers<DeviceBuffer>

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
}

// MARK: - Gradients of filters and biases

extension OpenCLBackend {
  /// Both gradients, block by block, then the sums of the blocks.
  func weightGradient(_ shape: UNetFilterGradient, _ buffers: GradientOperands) throws -> Launch {
    let filters = try partials(shape.weights, shape.blocks, buffers.dw) { parts in
      switch schedule {
      case .vector(let schedule): try vectorGradient(shape, buffers, parts, schedule)
      case .tile(let schedule): try tileGradient(shape, buffers, parts, schedule)
      }
    }
    let bias = try partials(shape.K, shape.blocks, buffers.db) { parts in
      try kernel("bias_gradient").bind(buffers.g, parts, shape).over(wides(shape.K), shape.blocks)
    }
    return {
      try filters()
      try bias()
    }
  }

  /// The same of a 3x3 convolution by Winograd's algorithm.
  func winogradGradient(_ shape: UNetFilterGradient, _ buffers: GradientOperands) throws -> Launch {
    let tiles = UNetWinogradTiles(images: shape.images, shape.g)
    return switch schedule {
    case .vector(let schedule): try vectorWinogradGradient(shape, tiles, buffers, schedule)
    case .tile(let schedule): try tileWinogradGradient(shape, tiles, buffers, schedule)
    }
  }

  /// The launch that `gradient` makes for what blocks leave their `count` sums in, then the one that adds the blocks: in
  /// the result itself where there is one block.
  private func partials(
    _ count: Int, _ blocks: Int, _ total: DeviceBuffer, _ gradient: (any KernelArgument) throws -> Launch
  ) throws -> Launch {
    guard blocks > 1 else { return try gradient(total) }
    scratch.reserve(count * blocks)
    let parts = try gradient(scratch)
    let sum = try kernel("sum_blocks").bind(scratch, total, count, blocks).over(share(wides(count)))
    return {
      try parts()
      try sum()
    }
  }
}
