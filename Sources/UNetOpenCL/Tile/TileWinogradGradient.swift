import UNetGraph
import UNetRuntime

// Gradients of filters and biases by tile_winograd.cl and tile_gradient.cl.

extension OpenCLBackend {
  /// Filter and bias gradients: for some blocks at a time both transforms, the products and the transform of their
  /// results; then the sums of the blocks.
  func tileWinogradGradient(
    _ p: WinogradGradient, _ x: DeviceBuffer, _ skip: DeviceBuffer?, _ g: DeviceBuffer, _ dw: DeviceBuffer,
    _ db: DeviceBuffer, _ schedule: TileSchedule
  ) throws -> Step {
    let (block, filters) = (Operation.gradientTiles, 9 * p.inner * p.outer)
    let blocks = (p.tiles.count + block - 1) / block
    let tiles = schedule.tilesAtATime(of: p.tiles.count, channels: p.inner + p.outer, unit: block)
    let parts = WinogradParts(
      filters: blocks > 1 ? scratch : dw, bias: blocks > 1 ? scratch : db,
      biasStart: blocks > 1 ? filters : 0, stride: filters + p.outer,
      behind: blocks > 1 ? blocks * (filters + p.outer) : 0)
    let results = (tiles + block - 1) / block * p.inner * p.outer
    scratch.reserve(parts.behind + Winograd.places * (tiles * (p.inner + p.outer) + results))
    let bias = try kernel("bias_gradients")
      .bind(g, p.g, p.outer, p.tiles, block, parts.bias, parts.biasStart, parts.stride)
      .over(each(p.outer), blocks)
    let passes = try stride(from: 0, to: p.tiles.count, by: tiles).map { first in
      try pass(
        p, (x, p.x), p.skip.map { (skip ?? x, $0) }, g, schedule, parts, first,
        min(tiles, p.tiles.count - first))
    }
    let sums =
      blocks > 1
      ? [try sum(dw, 0, filters, parts, blocks), try sum(db, filters, p.outer, parts, blocks)] : []
    return {
      try bias()
      for step in passes + sums { try step() }
    }
  }

  /// The tiles `first` ..< `first + count`, whole blocks of them.
  private func pass(
    _ p: WinogradGradient, _ x: WinogradSource, _ skip: WinogradSource?, _ g: DeviceBuffer,
    _ schedule: TileSchedule,
    _ parts: WinogradParts, _ first: Int, _ count: Int
  ) throws -> Step {
    let block = Operation.gradientTiles
    let blocks = (count + block - 1) / block
    let v = parts.behind
    let z = v + Winograd.places * count * p.inner
    let m = z + Winograd.places * count * p.outer
    let input = try input(x, skip, p.split, p.inner, p.tiles, first, count, to: v)
    let gradient = try kernel("output_gradient")
      .bind(g, p.g, p.outer, p.tiles, first, count, scratch, z).over(each(p.outer), count)
    let multiply = try tileGradient(
      .places(tiles: count, block: block, inner: p.inner, outer: p.outer, z: z),
      GradientDivision(
        blocks: blocks, rows: 1, pixels: count, groups: Winograd.places, xGroup: count * p.inner, xStart: v,
        partsStart: m),
      scratch, scratch, scratch, scratch, schedule)
    let filters = try kernel("filter_gradients")
      .bind(scratch, m, parts.filters, first / block * parts.stride, p.inner * p.outer, parts.stride)
      .over(p.inner * p.outer, blocks)
    return {
      try input()
      try gradient()
      try multiply()
      try filters()
    }
  }

  private func sum(_ to: DeviceBuffer, _ start: Int, _ count: Int, _ parts: WinogradParts, _ blocks: Int)
    throws
    -> Step
  {
    try kernel("block_sums").bind(scratch, start, to, count, parts.stride, blocks).over(
      count)
  }
}

/// Where the blocks of a gradient leave their results: in scratch, or in place where there is one block.
private struct WinogradParts {
  let filters: any KernelArgument, bias: any KernelArgument
  let biasStart: Int
  /// Floats from a block to the next, and behind all of them.
  let stride: Int, behind: Int
}

extension WeightGradient {
  /// 36 gradients of filters 1x1, whose pixels are tiles in rows of a block; `g` is their transform at `z`.
  static func places(tiles: Int, block: Int, inner: Int, outer: Int, z: Int) -> WeightGradient {
    WeightGradient(
      taps: (1, 1), channels: inner, filters: outer, images: 1, rows: (tiles + block - 1) / block,
      columns: block, x: (0, block * inner, inner, 0, 0),
      g: (0, z, block * outer, outer, 2 * tiles * outer, tiles * outer))
  }
}
