import UNetRuntime

// Convolutions and their input gradients by tile_winograd.cl and tile_product.cl.

/// A source of a convolution.
typealias WinogradSource = (buffer: any KernelArgument, picture: Picture)

extension TileSchedule {
  /// Tiles of so many channels, before and behind the products, that pass through scratch at a time: a multiple of
  /// `unit`, or all `tiles`.
  func tilesAtATime(of tiles: Int, channels: Int, unit: Int) -> Int {
    let wanted = transformFloats / (Winograd.places * channels)
    return min(tiles, max(1, (wanted + unit / 2) / unit) * unit)
  }
}

extension OpenCLBackend {
  /// The filters' transform, then for some tiles at a time input, products, output.
  func tileWinograd(_ p: WinogradProduct, _ buffers: ProductBuffers, _ schedule: TileSchedule) throws -> Step
  {
    let count = schedule.tilesAtATime(of: p.tiles.count, channels: p.inner + p.outer, unit: 128)
    let filters = Winograd.places * p.inner * p.outer
    scratch.reserve(filters + count * Winograd.places * (p.inner + p.outer))
    let turn = try kernel("filters")
      .bind(buffers.w, scratch, 0, p.inner * p.outer, p.turned).over(p.inner * p.outer)
    let passes = try stride(from: 0, to: p.tiles.count, by: count).map { first in
      try tileWinograd(p, buffers, schedule, first, min(count, p.tiles.count - first))
    }
    return {
      try turn()
      for pass in passes { try pass() }
    }
  }

  /// The tiles `first` ..< `first + count`.
  private func tileWinograd(
    _ p: WinogradProduct, _ buffers: ProductBuffers, _ schedule: TileSchedule, _ first: Int, _ count: Int
  ) throws -> Step {
    let v = Winograd.places * p.inner * p.outer
    let m = v + Winograd.places * count * p.inner
    let input = try input(
      (buffers.x, p.x), p.skip.map { (buffers.skip ?? buffers.x, $0) }, p.split, p.inner, p.tiles, first,
      count, to: v)
    let multiply = try tileProduct(
      .places(tiles: count, inner: p.inner, outer: p.outer, turned: p.turned, v: v, m: m),
      .init(x: scratch, w: scratch, y: scratch), schedule)
    let output = try kernel("output")
      .bind(
        scratch, m, buffers.y, p.y, buffers.gate ?? buffers.x, p.gate ?? p.y, buffers.b ?? buffers.w, p.outer,
        p.tiles, first, count, buffers.b != nil, p.relu, p.gate != nil
      )
      .over(each(p.outer), count)
    return {
      try input()
      try multiply()
      try output()
    }
  }

  /// The transforms of the tiles `first` ..< `first + count`, to `v` of the scratch.
  func input(
    _ x: WinogradSource, _ skip: WinogradSource?, _ split: Int, _ channels: Int, _ tiles: WinogradTiles,
    _ first: Int,
    _ count: Int, to v: Int
  ) throws -> Step {
    let second = skip ?? x
    return try kernel("input")
      .bind(
        x.buffer, x.picture, second.buffer, second.picture, split, channels, tiles, first, count, scratch, v
      )
      .over(each(channels), count)
  }
}

extension Product {
  /// 36 products of `tiles` transformed inputs, at `v` of the scratch, and filters, at its start; results at `m`.
  static func places(tiles: Int, inner: Int, outer: Int, turned: Bool, v: Int, m: Int) -> Product {
    Product(
      taps: (1, 1), inner: inner, outer: outer, transposed: turned, groups: Winograd.places, images: 1,
      rows: 1, columns: tiles, x: (0, v, 0, inner, 0, 0), xGroup: tiles * inner,
      y: (0, m, 0, outer, 2 * tiles * outer, tiles * outer))
  }
}
