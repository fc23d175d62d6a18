import CUNetGeometry
import UNetGraph
import UNetRuntime

// Gradients of filters and biases by tile_winograd.cl and tile_gradient.cl.

extension OpenCLBackend {
  /// Filter and bias gradients: for some blocks at a time both transforms, the products and the transform of their
  /// results; then the sums of the blocks.
  func tileWinogradGradient(
    _ shape: UNetFilterGradient, _ tiles: UNetWinogradTiles, _ buffers: GradientOperands,
    _ schedule: TileSchedule
  ) throws -> Launch {
    let (block, filters, inner) = (Operation.gradientTiles, shape.weights, shape.from.allChannels)
    let blocks = (tiles.count + block - 1) / block
    let count = schedule.tilesAtATime(of: tiles.count, channels: inner + shape.K, unit: block)
    let parts = WinogradParts(
      filters: blocks > 1 ? scratch : buffers.dw, bias: blocks > 1 ? scratch : buffers.db,
      biasStart: blocks > 1 ? filters : 0, stride: filters + shape.K,
      behind: blocks > 1 ? blocks * (filters + shape.K) : 0)
    let results = (count + block - 1) / block * inner * shape.K
    scratch.reserve(parts.behind + Winograd.places * (count * (inner + shape.K) + results))
    let bias = try kernel("tile_bias_gradients")
      .bind(buffers.g, parts.bias, parts.biasStart, shape.g, tiles, shape.K, block, parts.stride)
      .over(each(shape.K), blocks)
    let passes = try stride(from: 0, to: tiles.count, by: count).map { first in
      try pass(shape, tiles, first..<min(first + count, tiles.count), buffers, parts, schedule)
    }
    let sums =
      blocks > 1
      ? [
        try sum(buffers.dw, 0, filters, parts, blocks), try sum(buffers.db, filters, shape.K, parts, blocks),
      ]
      : []
    return {
      try bias()
      for launch in passes + sums { try launch() }
    }
  }

  /// The tiles `some`, whole blocks of them.
  private func pass(
    _ shape: UNetFilterGradient, _ tiles: UNetWinogradTiles, _ some: Range<Int>, _ buffers: GradientOperands,
    _ parts: WinogradParts, _ schedule: TileSchedule
  ) throws -> Launch {
    let (inner, block) = (shape.from.allChannels, Operation.gradientTiles)
    let places = UNetFilterGradient(places: shape, tiles: some.count, behind: parts.behind)
    let m = places.g.start + Winograd.places * some.count * shape.K
    let input = try input(
      shape.from, tiles, some, buffers.x, buffers.skip ?? buffers.x, to: places.from.x.start)
    let gradient = try kernel("tile_output_gradient")
      .bind(
        buffers.g, scratch, Int64(places.g.start), shape.g, tiles, shape.K, some.lowerBound, some.count
      )
      .over(each(shape.K), some.count)
    let multiply = try tileGradient(places, scratch, nil, scratch, scratch, from: m, schedule)
    let filters = try kernel("tile_filter_gradients")
      .bind(
        scratch, Int64(m), parts.filters, Int64(some.lowerBound / block * parts.stride), inner * shape.K,
        parts.stride
      )
      .over(inner * shape.K, places.blocks)
    return {
      try input()
      try gradient()
      try multiply()
      try filters()
    }
  }

  private func sum(_ to: DeviceBuffer, _ start: Int, _ count: Int, _ parts: WinogradParts, _ blocks: Int)
    throws -> Launch
  {
    try kernel("tile_block_sums").bind(scratch, start, to, count, parts.stride, blocks).over(count)
  }
}

/// Where the blocks of a gradient leave their results: in scratch, or in place where there is one block.
private struct WinogradParts {
  let filters: any KernelArgument, bias: any KernelArgument
  let biasStart: Int
  /// Floats from a block to the next, and behind all of them.
  let stride: Int, behind: Int
}

extension UNetFilterGradient {
  /// 36 gradients of filters 1x1 whose pixels are so many tiles, in rows of a block; their transforms, of the source and
  /// of `g`, stand one behind the other in scratch.
  fileprivate init(places shape: UNetFilterGradient, tiles: Int, behind: Int) {
    self.init()
    let (inner, width) = (shape.from.allChannels, Operation.gradientTiles)
    (R, S, K, pixels, block, batches) = (1, 1, shape.K, tiles, 1, Winograd.places)
    (from.channels, xBatch) = (inner, tiles * inner)
    from.x = UNetPicture(start: behind, image: 0, row: width * inner, pixel: inner, height: 0, width: 0)
    g = UNetPicture(
      start: behind + batches * xBatch, image: 0, row: width * K, pixel: K,
      height: (tiles + width - 1) / width, width: width)
    (gTapRow, gTapColumn) = (2 * tiles * K, tiles * K)
  }
}
