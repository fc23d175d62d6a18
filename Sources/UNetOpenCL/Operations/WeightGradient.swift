import UNetGraph
import UNetNumerics
import UNetRuntime

/// How `weight_gradient` and `bias_gradient` of weight_gradient.cl walk their input; strides count floats.
struct WeightGradient {
  var taps: (r: Int, s: Int)
  /// Channels of `x`, those of the second source included, and of `g`.
  var channels: Int, filters: Int
  /// Images, rows and columns of pixels that a chain walks.
  var images: Int, rows: Int, columns: Int
  var x: (image: Int, row: Int, pixel: Int, tapRow: Int, tapColumn: Int)
  /// The second source, whose channels follow those of x; taps move by its rows and pixels.
  var skip: Crop?
  var g: (image: Int, start: Int, row: Int, pixel: Int, tapRow: Int, tapColumn: Int)

  /// Taps move `x`; `g` is framed.
  static func conv(_ op: ConvolutionWeightGradient) -> WeightGradient {
    let (g, x, skip, dw) = (op.g.shape, op.x.shape, op.skip?.shape, op.dw.shape)
    let (frame, row) = (dw[0] - 1, g[2] * g[3])
    return WeightGradient(
      taps: (dw[0], dw[1]), channels: dw[2], filters: dw[3],
      images: x[0], rows: x[1] - dw[0] + 1, columns: x[2] - dw[1] + 1,
      x: (x[1] * x[2] * x[3], x[2] * x[3], x[3], x[2] * x[3], x[3]), skip: skip.map { Crop(of: $0, to: x) },
      g: (g[1] * row, frame * row + frame * g[3], row, g[3], 0, 0))
  }

  /// Taps move `g`, in steps of two pixels.
  static func upConv(_ op: UpConvolutionWeightGradient) -> WeightGradient {
    let (g, x, dw) = (op.g.shape, op.x.shape, op.dw.shape)
    let row = g[2] * g[3]
    return WeightGradient(
      taps: (2, 2), channels: dw[2], filters: dw[3], images: x[0], rows: x[1], columns: x[2],
      x: (x[1] * x[2] * x[3], x[2] * x[3], x[3], 0, 0),
      g: (g[1] * row, 0, 2 * row, 2 * g[3], row, g[3]))
  }

  /// Taps of a row that a tile of 24 sums takes together: neighbours fill it where channels are few.
  var shifts: Int {
    switch taps.s {
    case 3: 3
    case 4 where channels < 24: 4
    default: 1
    }
  }

  /// Whether the taps of a row read neighbouring pixels of `x` beside one pixel of `g`.
  var tapsMoveX: Bool { g.tapColumn == 0 && taps.s > 1 }
}

/// What a weight gradient reads and writes.
struct WeightGradientBuffers {
  let x: DeviceBuffer, skip: DeviceBuffer?, g: DeviceBuffer, dw: DeviceBuffer, db: DeviceBuffer

  init(_ op: ConvolutionWeightGradient, _ buffer: Binding) {
    (x, skip, g) = (buffer(op.x), op.skip.map(buffer), buffer(op.g))
    (dw, db) = (buffer(op.dw), buffer(op.db))
  }

  init(_ op: UpConvolutionWeightGradient, _ buffer: Binding) {
    (x, skip, g, dw, db) = (buffer(op.x), nil, buffer(op.g), buffer(op.dw), buffer(op.db))
  }
}

extension OpenCLBackend {
  /// Both gradients, block by block, then the sums of the blocks.
  func weightGradient(_ p: WeightGradient, _ buffers: WeightGradientBuffers) throws -> Step {
    let filters = try filterGradient(p, buffers.x, buffers.skip, buffers.g, buffers.dw)
    let bias = try biasGradient(p, buffers.g, buffers.db)
    return {
      try filters()
      try bias()
    }
  }

  private func filterGradient(
    _ p: WeightGradient, _ x: DeviceBuffer, _ skip: DeviceBuffer?, _ g: DeviceBuffer, _ dw: DeviceBuffer
  ) throws -> Step {
    let (count, blocks) = (p.taps.r * p.taps.s * p.channels * p.filters, blocks(of: p).count)
    let parts = try partials(count, blocks, dw)
    let gradient =
      switch schedule {
      case .vector(let schedule): try vectorGradient(p, x, skip, g, parts.buffer, schedule)
      case .tile(let schedule): try tileGradient(p, x, skip, g, parts.buffer, schedule)
      }
    return {
      try gradient()
      try parts.sum()
    }
  }

  private func vectorGradient(
    _ p: WeightGradient, _ x: DeviceBuffer, _ skip: DeviceBuffer?, _ g: DeviceBuffer,
    _ parts: any KernelArgument, _ schedule: VectorSchedule
  ) throws -> Step {
    let (blocks, blockRows) = blocks(of: p)
    let shifts = p.tapsMoveX && schedule.sums >= 24 ? p.shifts : 1
    let crop = p.skip ?? .none
    let (own, second) = (p.channels - crop.channels, crop.channels)
    let channels = min(own, second > 0 ? second : own, schedule.sums / shifts)
    let panels = (p.filters + 15) / 16
    let macros: KeyValuePairs = [
      "TS": shifts, "TC": channels, "TAIL": p.filters.isMultiple(of: 16) ? 0 : 1,
    ]
    return try kernel("weight_gradient", macros)
      .bind(
        x, skip ?? x, g, parts, p.taps.r, p.taps.s, own, second, p.filters, p.rows, p.columns,
        p.images * p.rows, blockRows, panels, p.x.image, p.x.row, p.x.pixel, p.x.tapRow, p.x.tapColumn,
        crop.image, crop.start, crop.row, crop.pixel,
        p.g.image, p.g.start, p.g.row, p.g.pixel, p.g.tapRow, p.g.tapColumn
      )
      .over(
        (own + channels - 1) / channels + (second + channels - 1) / channels,
        p.taps.r * p.taps.s / shifts * panels, blocks)
  }

  private func biasGradient(_ p: WeightGradient, _ g: DeviceBuffer, _ db: DeviceBuffer) throws -> Step {
    let (blocks, blockRows) = blocks(of: p)
    let taps = p.g.tapColumn == 0 ? (1, 1) : p.taps
    let parts = try partials(p.filters, blocks, db)
    let gradient = try kernel("bias_gradient")
      .bind(
        g, parts.buffer, taps.0, taps.1, p.filters, p.rows, p.columns, p.images * p.rows, blockRows,
        p.g.image, p.g.start, p.g.row, p.g.pixel, p.g.tapRow, p.g.tapColumn
      )
      .over(wides(p.filters), blocks)
    return {
      try gradient()
      try parts.sum()
    }
  }

  func blocks(of p: WeightGradient) -> (count: Int, rows: Int) {
    let rows = Operation.gradientRows(width: p.columns)
    return ((p.images * p.rows + rows - 1) / rows, rows)
  }

  /// Where blocks leave their sums, and the step that adds them: the result itself for a single block.
  private func partials(_ count: Int, _ blocks: Int, _ total: DeviceBuffer) throws
    -> (buffer: any KernelArgument, sum: Step)
  {
    guard blocks > 1 else { return (total, {}) }
    scratch.reserve(count * blocks)
    let sum = try kernel("sum_blocks")
      .bind(scratch, total, count, blocks)
      .over(share(wides(count)))
    return (scratch, sum)
  }
}
