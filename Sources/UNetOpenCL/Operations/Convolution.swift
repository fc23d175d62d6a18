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
    let parts = BlockParts(shape, blocks: shape.blocks, together: false, buffers, scratch)
    scratch.reserve(parts.floats)
    let gradient =
      switch schedule {
      case .vector(let schedule):
        try vectorGradient(shape, buffers, parts.weights, behind: parts.floats, schedule)
      case .tile(let schedule): try tileGradient(shape, buffers, parts.weights, schedule)
      }
    let bias = try kernel("bias_gradient")
      .bind(buffers.g, parts.bias, Int64(parts.biasStart), shape).over(wides(shape.K), shape.blocks)
    let sums = try blockSums(parts, shape, buffers)
    return {
      try gradient()
      try bias()
      try sums()
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

  /// The sums of all blocks, where there are several.
  func blockSums(_ parts: BlockParts, _ shape: UNetFilterGradient, _ to: GradientOperands) throws -> Launch {
    guard parts.blocks > 1 else { return {} }
    return try kernel("sum_blocks")
      .bind(
        scratch, to.dw, to.db, shape.weights, shape.K, parts.blocks, parts.weightsStride,
        Int64(parts.biasStart), parts.biasStride
      )
      .over(share(wides(shape.weights) + wides(shape.K)))
  }
}

/// Where the blocks of a gradient leave their results: in scratch, or in place where there is one block.
struct BlockParts {
  let blocks: Int
  let weights: any KernelArgument, bias: any KernelArgument
  /// Floats from a block to the next, and before the first bias.
  let weightsStride: Int, biasStride: Int, biasStart: Int
  /// Floats of scratch that all take.
  let floats: Int

  /// Each block's filters and biases `together`, or those of all blocks before the biases of all.
  init(
    _ shape: UNetFilterGradient, blocks: Int, together: Bool, _ to: OpenCLBackend.GradientOperands,
    _ scratch: DeviceScratch
  ) {
    let (filters, both) = (shape.weights, shape.weights + shape.K)
    self.blocks = blocks
    (weightsStride, biasStride) = together ? (both, both) : (filters, shape.K)
    if blocks > 1 {
      (weights, bias, biasStart, floats) = (
        scratch, scratch, together ? filters : blocks * filters, blocks * both
      )
    } else {
      (weights, bias, biasStart, floats) = (to.dw, to.db, 0, 0)
    }
  }
}
