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
    let (block, inner) = (Operation.gradientTiles, shape.from.allChannels)
    let blocks = (tiles.count + block - 1) / block
    let count = schedule.tilesAtATime(of: tiles.count, channels: inner + shape.K, unit: block)
    let parts = BlockParts(shape, blocks: blocks, together: true, buffers, scratch)
    let results = (count + block - 1) / block * inner * shape.K
    scratch.reserve(parts.floats + Winograd.places * (count * (inner + shape.K) + results))
    let passes = try stride(from: 0, to: tiles.count, by: count).map { first in
      try pass(shape, tiles, first..<min(first + count, tiles.count), buffers, parts, schedule)
    }
    let sums = try blockSums(parts, shape, buffers)
    return {
      for pass in passes { try pass() }
      try sums()
    }
  }

  /// The tiles `some`, whole blocks of them; with the first also the biases of all.
  private func pass(
    _ shape: UNetFilterGradient, _ tiles: UNetWinogradTiles, _ some: Range<Int>, _ buffers: GradientOperands,
    _ parts: BlockParts, _ schedule: TileSchedule
  ) throws -> Launch {
    let (inner, block) = (shape.from.allChannels, Operation.gradientTiles)
    let places = UNetFilterGradient(places: shape, tiles: some.count, behind: parts.floats)
    let biases = some.lowerBound == 0 ? parts.blocks : 0
    let m = places.g.start + Winograd.places * some.count * shape.K
    let input = try input(
      shape.from, tiles, some, buffers.x, buffers.skip ?? buffers.x, to: places.from.x.start)
    let gradient = try kernel("tile_output_gradient")
      .bind(
        buffers.g, scratch, Int64(places.g.start), shape.g, tiles, shape.K, some.lowerBound, some.count,
        parts.bias, parts.biasStart, parts.biasStride, block, biases
      )
      .over(each(shape.K), biases + some.count)
    let multiply = try tileGradient(places, scratch, nil, scratch, scratch, from: m, schedule)
    let filters = try kernel("tile_filter_gradients")
      .bind(
        scratch, Int64(m), parts.weights, Int64(some.lowerBound / block * parts.weightsStride),
        inner * shape.K, parts.weightsStride
      )
      .over(inner * shape.K, places.blocks)
    return {
      try input()
      try gradient()
      try multiply()
      try filters()
    }
  }
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
