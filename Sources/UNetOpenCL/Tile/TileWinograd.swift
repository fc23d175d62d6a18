import CUNetGeometry
import UNetRuntime

// Convolutions and their input gradients by tile_winograd.cl and tile_product.cl.

extension TileSchedule {
  /// Tiles of so many channels, before and behind the products, that pass through scratch at a time: a multiple of
  /// `unit`, or all `tiles`.  No pass is much smaller than the others, for a small one leaves a device idle.
  func tilesAtATime(of tiles: Int, channels: Int, unit: Int) -> Int {
    let wanted = transformFloats / (Winograd.places * channels)
    let most = min(tiles, max(1, (wanted + unit / 2) / unit) * unit)
    let passes = (tiles + most - 1) / most
    return min(tiles, (tiles + passes * unit - 1) / (passes * unit) * unit)
  }
}

extension OpenCLBackend {
  /// The filters' transform, then for some tiles at a time input, products, output.
  func tileWinograd(
    _ shape: UNetProduct, _ tiles: UNetWinogradTiles, _ buffers: Operands, _ schedule: TileSchedule
  ) throws -> Launch {
    let inner = shape.from.allChannels
    let count = schedule.tilesAtATime(of: tiles.count, channels: inner + shape.K, unit: 128)
    scratch.reserve(Winograd.places * (inner * shape.K + count * (inner + shape.K)))
    let turn = try kernel("tile_filters")
      .bind(buffers.w, scratch, inner * shape.K, shape.transposed).over(inner * shape.K)
    let passes = try stride(from: 0, to: tiles.count, by: count).map { first in
      try pass(shape, tiles, first..<min(first + count, tiles.count), buffers, schedule)
    }
    return {
      try turn()
      for pass in passes { try pass() }
    }
  }

  /// The tiles `some`.
  private func pass(
    _ shape: UNetProduct, _ tiles: UNetWinogradTiles, _ some: Range<Int>, _ buffers: Operands,
    _ schedule: TileSchedule
  ) throws -> Launch {
    let places = UNetProduct(places: shape, tiles: some.count)
    let input = try input(
      shape.from, tiles, some, buffers.x, buffers.skip ?? buffers.x, to: places.from.x.start)
    let multiply = try tileProduct(places, .init(x: scratch, w: scratch, y: scratch), schedule)
    let output = try kernel("tile_output")
      .bind(
        scratch, Int64(places.y.start), buffers.y, buffers.gate ?? buffers.x, buffers.b ?? buffers.w, shape,
        tiles, some.lowerBound, some.count
      )
      .over(each(shape.K), some.count)
    return {
      try input()
      try multiply()
      try output()
    }
  }

  /// The transforms of the tiles `some`, to `v` of the scratch.
  func input(
    _ from: UNetSource, _ tiles: UNetWinogradTiles, _ some: Range<Int>, _ x: any KernelArgument,
    _ skip: any KernelArgument, to v: Int
  ) throws -> Launch {
    try kernel("tile_input")
      .bind(x, skip, scratch, Int64(v), from, tiles, some.lowerBound, some.count)
      .over(each(from.allChannels), some.count)
  }
}

extension UNetProduct {
  /// 36 products of so many transformed tiles with the filters of `shape`, one behind the other in scratch: filters,
  /// tiles, results.
  fileprivate init(places shape: UNetProduct, tiles: Int) {
    self.init()
    let inner = shape.from.allChannels
    (R, S, N, K, transposed, batches) = (1, 1, 1, shape.K, shape.transposed, Winograd.places)
    (from.x.start, from.x.pixel, from.channels, xBatch) = (batches * inner * K, inner, inner, tiles * inner)
    (y.start, y.pixel, y.height, y.width) = (from.x.start + batches * xBatch, K, 1, tiles)
    (cornerRow, cornerColumn) = (2 * tiles * K, tiles * K)
  }
}
