import UNetGraph
import UNetRuntime

/// How `product` of conv.cl walks its input, filters and output; strides count floats.
struct Product {
  /// Taps of the sum.
  var taps: (r: Int, s: Int)
  /// Channels summed over, and channels of the result.
  var inner: Int, outer: Int
  /// Whether filters are stored `[.., outer, inner]`.
  var transposed = false
  /// Corners of a 2x2 block that each pixel writes: 1 or 4.
  var groups = 1
  /// Images, rows and columns that work-items cover.
  var images: Int, rows: Int, columns: Int
  var x: (image: Int, start: Int, row: Int, pixel: Int, tapRow: Int, tapColumn: Int)
  var y: (image: Int, row: Int, pixel: Int, cornerRow: Int, cornerColumn: Int)

  static func conv(_ x: Shape, _ w: Shape, _ y: Shape) -> Product {
    let (row, pixel) = (x[2] * x[3], x[3])
    return Product(
      taps: (w[0], w[1]), inner: w[2], outer: w[3], images: y[0], rows: y[1], columns: y[2],
      x: (x[1] * row, 0, row, pixel, row, pixel), y: (y[1] * y[2] * y[3], y[2] * y[3], y[3], 0, 0))
  }

  /// `g` is framed, so the patch of (h, w) starts at its last tap and runs backwards.
  static func convInputGradient(_ g: Shape, _ w: Shape, _ dx: Shape) -> Product {
    let (row, pixel) = (g[2] * g[3], g[3])
    return Product(
      taps: (w[0], w[1]), inner: w[3], outer: w[2], transposed: true, images: dx[0], rows: dx[1],
      columns: dx[2],
      x: (g[1] * row, (w[0] - 1) * row + (w[1] - 1) * pixel, row, pixel, -row, -pixel),
      y: (dx[1] * dx[2] * dx[3], dx[2] * dx[3], dx[3], 0, 0))
  }

  static func upConv(_ x: Shape, _ w: Shape, _ y: Shape) -> Product {
    Product(
      taps: (1, 1), inner: w[2], outer: w[3], groups: 4, images: x[0], rows: x[1], columns: x[2],
      x: (x[1] * x[2] * x[3], 0, x[2] * x[3], x[3], 0, 0),
      y: (y[1] * y[2] * y[3], 2 * y[2] * y[3], 2 * y[3], y[2] * y[3], y[3]))
  }

  static func upConvInputGradient(_ g: Shape, _ w: Shape, _ dx: Shape) -> Product {
    let (row, pixel) = (g[2] * g[3], g[3])
    return Product(
      taps: (2, 2), inner: w[3], outer: w[2], transposed: true, images: dx[0], rows: dx[1], columns: dx[2],
      x: (g[1] * row, 0, 2 * row, 2 * pixel, row, pixel),
      y: (dx[1] * dx[2] * dx[3], dx[2] * dx[3], dx[3], 0, 0))
  }
}

/// The sums that a work-item of `product` keeps in registers: `blocks` of 16 channels times `pixels`.
struct RegisterTile {
  let blocks: Int
  let pixels: Int

  /// The tile for this many output channels and pixels of a row, of at most `sums` times 16 numbers.
  ///
  /// With many channels four blocks, so that each pixel read serves 64 sums; a tail of channels is left to one block.
  init(channels: Int, columns: Int, sums: Int) {
    blocks = [4, 2].first { channels.isMultiple(of: 16 * $0) && 4 * $0 <= sums } ?? 1
    pixels = min(columns, sums / blocks, 12)
  }
}

extension OpenCLBackend {
  func product(
    _ p: Product, _ x: DeviceBuffer, _ w: DeviceBuffer, _ b: DeviceBuffer?, _ y: DeviceBuffer, relu: Bool
  ) throws -> Step {
    switch schedule {
    case .vector(let schedule): try vectorProduct(p, x, w, b, y, relu: relu, schedule)
    case .tile(let schedule): try tileProduct(p, x, w, b, y, relu: relu, schedule)
    }
  }

  /// Packs the filters, then multiplies.
  private func vectorProduct(
    _ p: Product, _ x: DeviceBuffer, _ w: DeviceBuffer, _ b: DeviceBuffer?, _ y: DeviceBuffer, relu: Bool,
    _ schedule: VectorSchedule
  ) throws -> Step {
    let tile = RegisterTile(channels: p.outer, columns: p.columns, sums: schedule.sums)
    let lanes = 16 * tile.blocks
    let (panels, taps) = ((p.outer + lanes - 1) / lanes, p.taps.r * p.taps.s)
    scratch.reserve(p.groups * panels * taps * p.inner * lanes)
    let pack = try kernel("pack_filters", in: .conv, ["NV": tile.blocks])
      .bind(w, scratch, taps, p.inner, p.outer, panels, p.transposed)
      .over(each(p.inner), taps, p.groups * panels)
    let multiply = try kernel("product", in: .conv, ["NV": tile.blocks, "PX": tile.pixels])
      .bind(
        x, scratch, b ?? y, y, p.taps.r, p.taps.s, p.inner, p.outer, p.rows, p.columns, panels,
        p.x.image, p.x.start, p.x.row, p.x.pixel, p.x.tapRow, p.x.tapColumn,
        p.y.image, p.y.row, p.y.pixel, p.y.cornerRow, p.y.cornerColumn, b != nil, relu
      )
      .over(
        (p.columns + tile.pixels - 1) / tile.pixels, p.images * p.rows, p.groups * panels)
    return {
      try pack()
      try multiply()
    }
  }

  /// The gated and framed gradient of a convolution's output.
  func gate(_ dy: Shape, _ from: DeviceBuffer, _ y: DeviceBuffer?, _ g: DeviceBuffer, frame: Int) throws
    -> Step
  {
    try kernel("gate", in: .conv)
      .bind(from, y ?? from, g, dy[1], dy[2], dy[3], frame, y != nil)
      .over(each(dy[2] + 2 * frame), dy[0] * (dy[1] + 2 * frame))
  }
}
