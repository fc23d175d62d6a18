import UNetGraph
import UNetNumerics
import UNetRuntime

/// How `product` of conv.cl walks its input, filters and output; strides count floats.
struct Product {
  /// Taps of the sum.
  var taps: (r: Int, s: Int)
  /// Channels summed over, those of the second source included, and channels of the result.
  var inner: Int, outer: Int
  /// Whether filters are stored `[.., outer, inner]`.
  var transposed = false
  /// Corners of a 2x2 block that each pixel writes: 1 or 4.  Each has filters of its own.
  var groups = 1
  /// Images, rows and columns that work-items cover.
  var images: Int, rows: Int, columns: Int
  var x: (image: Int, start: Int, row: Int, pixel: Int, tapRow: Int, tapColumn: Int)
  /// From the input of a group to that of the next; only `tile` has groups whose inputs differ.
  var xGroup = 0
  /// The second source, whose channels follow those of x at each tap; taps move by its rows and pixels.
  var skip: Crop?
  var y: (image: Int, start: Int, row: Int, pixel: Int, cornerRow: Int, cornerColumn: Int)
  /// Zeros around each image of the output, whose rows and columns are as many more than those covered.
  var frame = 0
  /// Whether the output is 0 where it is negative, and where a gate `[images, rows, columns, outer]` is not positive.
  var relu = false, gated = false

  static func conv(_ op: Convolution) -> Product {
    let (x, skip, w, y) = (op.x.shape, op.skip?.shape, op.w.shape, op.y.shape)
    let (row, pixel) = (x[2] * x[3], x[3])
    return Product(
      taps: (w[0], w[1]), inner: w[2], outer: w[3], images: y[0], rows: y[1], columns: y[2],
      x: (x[1] * row, 0, row, pixel, row, pixel), skip: skip.map { Crop(of: $0, to: x) }, y: inside(y, 0),
      relu: op.relu)
  }

  /// `g` is framed, so the patch of (h, w) starts at its last tap and runs backwards.
  static func convInputGradient(_ op: ConvolutionInputGradient) -> Product {
    let (g, w, dx, frame, gated) = (op.g.shape, op.w.shape, op.dx.shape, op.border, op.gate != nil)
    let (row, pixel) = (g[2] * g[3], g[3])
    return Product(
      taps: (w[0], w[1]), inner: w[3], outer: w[2], transposed: true, images: dx[0],
      rows: dx[1] - 2 * frame, columns: dx[2] - 2 * frame,
      x: (g[1] * row, (w[0] - 1) * row + (w[1] - 1) * pixel, row, pixel, -row, -pixel),
      y: inside(dx, frame), frame: frame, gated: gated)
  }

  static func upConv(_ op: UpConvolution) -> Product {
    let (x, w, y) = (op.x.shape, op.w.shape, op.y.shape)
    return Product(
      taps: (1, 1), inner: w[2], outer: w[3], groups: 4, images: x[0], rows: x[1], columns: x[2],
      x: (x[1] * x[2] * x[3], 0, x[2] * x[3], x[3], 0, 0),
      y: (y[1] * y[2] * y[3], 0, 2 * y[2] * y[3], 2 * y[3], y[2] * y[3], y[3]), relu: op.relu)
  }

  static func upConvInputGradient(_ op: UpConvolutionInputGradient) -> Product {
    let (g, w, dx, frame, gated) = (op.g.shape, op.w.shape, op.dx.shape, op.border, op.gate != nil)
    let (row, pixel) = (g[2] * g[3], g[3])
    return Product(
      taps: (2, 2), inner: w[3], outer: w[2], transposed: true, images: dx[0], rows: dx[1] - 2 * frame,
      columns: dx[2] - 2 * frame, x: (g[1] * row, 0, 2 * row, 2 * pixel, row, pixel),
      y: inside(dx, frame), frame: frame, gated: gated)
  }

  /// The pixels of `y` inside its frame, one after the other.
  private static func inside(_ y: Shape, _ frame: Int) -> (Int, Int, Int, Int, Int, Int) {
    let (row, pixel) = (y[2] * y[3], y[3])
    return (y[1] * row, frame * (row + pixel), row, pixel, 0, 0)
  }
}

/// What a product reads and writes.
struct ProductBuffers {
  let x: any KernelArgument
  /// The second source.
  var skip: DeviceBuffer?
  let w: any KernelArgument
  /// The bias; none is +0.
  var b: DeviceBuffer?
  var gate: DeviceBuffer?
  let y: any KernelArgument
}

extension ProductBuffers {
  init(_ op: Convolution, _ buffer: Binding) {
    self.init(
      x: buffer(op.x), skip: op.skip.map(buffer), w: buffer(op.w), b: buffer(op.b), y: buffer(op.y))
  }

  init(_ op: ConvolutionInputGradient, _ buffer: Binding) {
    self.init(x: buffer(op.g), w: buffer(op.w), gate: op.gate.map(buffer), y: buffer(op.dx))
  }

  init(_ op: UpConvolution, _ buffer: Binding) {
    self.init(x: buffer(op.x), w: buffer(op.w), b: buffer(op.b), y: buffer(op.y))
  }

  init(_ op: UpConvolutionInputGradient, _ buffer: Binding) {
    self.init(x: buffer(op.g), w: buffer(op.w), gate: op.gate.map(buffer), y: buffer(op.dx))
  }
}

/// The centre of a skip beside a smaller map; strides count floats.
struct Crop {
  var channels = 0, image = 0, start = 0, row = 0, pixel = 0

  /// No second source.
  static let none = Crop()

  private init() {}

  init(of skip: Shape, to x: Shape) {
    let (top, left) = Operation.crop(of: skip, to: x)
    (channels, pixel, row) = (skip[3], skip[3], skip[2] * skip[3])
    (image, start) = (skip[1] * row, top * row + left * pixel)
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
  /// Multiplies, and sets the frame to zeros.
  func product(_ p: Product, _ buffers: ProductBuffers) throws -> Step {
    let multiply =
      switch schedule {
      case .vector(let schedule): try vectorProduct(p, buffers, schedule)
      case .tile(let schedule): try tileProduct(p, buffers, schedule)
      }
    let frame = try zeroFrame(
      p.frame, of: buffers.y, images: p.images, rows: p.rows, columns: p.columns, p.outer)
    return {
      try frame()
      try multiply()
    }
  }

  /// Packs the filters, then multiplies.
  private func vectorProduct(_ p: Product, _ buffers: ProductBuffers, _ schedule: VectorSchedule) throws
    -> Step
  {
    let tile = RegisterTile(channels: p.outer, columns: p.columns, sums: schedule.sums)
    let lanes = 16 * tile.blocks
    let (panels, taps) = ((p.outer + lanes - 1) / lanes, p.taps.r * p.taps.s)
    scratch.reserve(p.groups * panels * taps * p.inner * lanes)
    let pack = try kernel("pack_filters", ["NV": tile.blocks])
      .bind(buffers.w, scratch, taps, p.inner, p.outer, panels, p.transposed)
      .over(each(p.inner), taps, p.groups * panels)
    let multiply = try multiply(p, buffers, tile, panels)
    return {
      try pack()
      try multiply()
    }
  }

  private func multiply(_ p: Product, _ buffers: ProductBuffers, _ tile: RegisterTile, _ panels: Int) throws
    -> Step
  {
    let macros: KeyValuePairs = ["NV": tile.blocks, "PX": tile.pixels, "SKIP": p.skip == nil ? 0 : 1]
    let (x, skip) = (buffers.x, p.skip ?? .none)
    return try kernel("product", macros)
      .bind(
        x, buffers.skip ?? x, scratch, buffers.b ?? x, buffers.gate ?? x, buffers.y,
        p.taps.r, p.taps.s, p.inner - skip.channels, skip.channels, p.outer, p.rows, p.columns, panels,
        p.x.image, p.x.start, p.x.row, p.x.pixel, p.x.tapRow, p.x.tapColumn,
        skip.image, skip.start, skip.row, skip.pixel,
        p.y.image, p.y.start, p.y.row, p.y.pixel, p.y.cornerRow, p.y.cornerColumn,
        buffers.b != nil, p.relu, p.gated
      )
      .over(
        each((p.columns + tile.pixels - 1) / tile.pixels), p.images * p.rows, p.groups * panels)
  }

  /// Zeros around what covers `rows` and `columns` of each image.
  func zeroFrame(
    _ frame: Int, of y: any KernelArgument, images: Int, rows: Int, columns: Int, _ channels: Int
  ) throws -> Step {
    guard frame > 0 else { return {} }
    return try kernel("zero_frame")
      .bind(y, rows + 2 * frame, columns + 2 * frame, channels, frame)
      .over(each(channels), each(2 * frame * (rows + columns + 2 * frame)), images)
  }

  /// The gated and framed gradient of a convolution's output.
  func gate(_ op: GradientGate, _ buffer: Binding) throws -> Step {
    let (dy, g) = (op.dy.shape, op.g.shape)
    return try kernel("gate")
      .bind(
        buffer(op.dy), buffer(op.y ?? op.dy), buffer(op.g), dy[1], dy[2], dy[3], g[3], op.border, op.y != nil
      )
      .over(each(g[3]), each(g[2]), g[0] * g[1])
  }
}
