import COpenCL
import UNetGraph
import UNetNumerics
import UNetRuntime

/// Tiles of 4x4 results, in all images, and the strips that they are worked on in.
struct WinogradTiles: KernelArgument {
  let rows, columns, count: Int
  private(set) var strips = 1

  /// For `images` results of this size, all in one strip.
  init(images: Int, _ result: Picture) {
    (rows, columns) = ((result.height + 3) / 4, (result.width + 3) / 4)
    count = images * rows * columns
  }

  /// The same in strips of at most `length` tiles.
  func inStrips(of length: Int) -> WinogradTiles {
    var tiles = self
    tiles.strips = (count + length - 1) / length
    return tiles
  }

  /// The most tiles in a strip.
  var longest: Int { (count + strips - 1) / strips }

  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    setStructure([rows, columns, count, strips], at: index, of: kernel)
  }
}

/// A picture's strides, `Picture` of winograd.cl.
struct Picture: KernelArgument {
  var start: Int, image: Int, row: Int, pixel: Int, height: Int, width: Int

  /// The inside of a frame of `frame` pixels.
  init(_ shape: Shape, frame: Int = 0) {
    (image, row, pixel) = (shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3])
    start = frame * (row + pixel)
    (height, width) = (shape[1] - 2 * frame, shape[2] - 2 * frame)
  }

  /// The centre of a skip beside a smaller map.
  init(of skip: Shape, besides x: Shape) {
    self.init(skip)
    start = Crop(of: skip, to: x).start
    (height, width) = (x[1], x[2])
  }

  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    setStructure([start, image, row, pixel, height, width], at: index, of: kernel)
  }
}

/// A structure of `int`s, passed by value.
private func setStructure(_ fields: [Int], at index: cl_uint, of kernel: cl_kernel) -> Int32 {
  let values = fields.map { Int32($0) }
  return clSetKernelArg(kernel, index, values.count * MemoryLayout<Int32>.size, values)
}

/// A convolution by Winograd's algorithm, or an input gradient.
struct WinogradProduct {
  let x: Picture
  /// The second source, cut to x, whose channels follow those of x.
  var skip: Picture?
  /// Channels of x; all channels summed over; channels of the result.
  let split: Int, inner: Int, outer: Int
  /// Whether filters are stored `[3, 3, outer, inner]` and taken turned by half a circle.
  var turned = false
  let y: Picture
  /// Zeros around each image of the output.
  var frame = 0
  /// Where the output is kept where positive.
  var gate: Picture?
  var relu = false
  let tiles: WinogradTiles

  static func conv(_ op: Convolution) -> WinogradProduct {
    let (x, skip, w, y) = (op.x.shape, op.skip?.shape, op.w.shape, op.y.shape)
    return WinogradProduct(
      x: Picture(x), skip: skip.map { Picture(of: $0, besides: x) }, split: x[3], inner: w[2], outer: w[3],
      y: Picture(y), relu: op.relu, tiles: WinogradTiles(images: y[0], Picture(y)))
  }

  static func convInputGradient(_ op: ConvolutionInputGradient) -> WinogradProduct {
    let (g, w, dx, frame, gated) = (op.g.shape, op.w.shape, op.dx.shape, op.border, op.gate != nil)
    let y = Picture(dx, frame: frame)
    return WinogradProduct(
      x: Picture(g), split: w[3], inner: w[3], outer: w[2], turned: true, y: y, frame: frame,
      gate: gated ? Picture([dx[0], y.height, y.width, dx[3]]) : nil, tiles: WinogradTiles(images: dx[0], y))
  }
}

/// The filter and bias gradients of a convolution by Winograd's algorithm.
struct WinogradGradient {
  let x: Picture, skip: Picture?, g: Picture
  let split: Int, inner: Int, outer: Int
  let tiles: WinogradTiles

  /// `g` is framed by 2.
  init(_ op: ConvolutionWeightGradient) {
    let (g, x, skip, dw) = (op.g.shape, op.x.shape, op.skip?.shape, op.dw.shape)
    (self.x, self.g) = (Picture(x), Picture(g, frame: 2))
    self.skip = skip.map { Picture(of: $0, besides: x) }
    (split, inner, outer) = (x[3], dw[2], dw[3])
    tiles = WinogradTiles(images: x[0], self.g)
  }
}

/// What its transforms need, whatever the schedule.
enum Winograd {
  /// The elements of a transformed tile or filter.
  static let places = 36
  /// Room for the transforms of so many tiles, or filters, with a line between places.
  static func floats(tiles: Int, channels: Int) -> Int { places * (tiles * channels + 16) }
}

extension OpenCLBackend {
  /// A convolution or an input gradient.
  ///
  /// By vectors: where there are more filters than tiles, all tiles are transformed first and each panel of filters just before its
  /// use; else all filters first and each strip of tiles just before its use.  So scratch is the smaller of both.
  func winograd(_ p: WinogradProduct, _ buffers: ProductBuffers) throws -> Step {
    let frame = try zeroFrame(
      p.frame, of: buffers.y, images: p.tiles.count / (p.tiles.rows * p.tiles.columns), rows: p.y.height,
      columns: p.y.width, p.outer)
    let product =
      switch schedule {
      case .vector(let schedule) where p.tiles.count < p.outer: try inputFirst(p, buffers, schedule)
      case .vector(let schedule): try filtersFirst(p, buffers, schedule)
      case .tile(let schedule): try tileWinograd(p, buffers, schedule)
      }
    return {
      try frame()
      try product()
    }
  }

  private func filtersFirst(_ p: WinogradProduct, _ buffers: ProductBuffers, _ schedule: VectorSchedule)
    throws -> Step
  {
    let tile = RegisterTile(channels: p.outer, columns: 12, sums: schedule.sums)
    let lanes = 16 * tile.blocks
    let tiles = p.tiles.inStrips(of: schedule.strip)
    let input = Winograd.floats(tiles: tiles.longest, channels: p.inner)
    let room = input + Winograd.floats(tiles: tiles.longest, channels: lanes)
    let filters = p.outer / lanes * Winograd.floats(tiles: lanes, channels: p.inner)
    let items = device.rooms(tiles.strips)
    scratch.reserve(filters + items * room)
    let macros: KeyValuePairs = ["NV": tile.blocks, "PX": tile.pixels]
    let transform = try kernel("winograd_filters", macros)
      .bind(buffers.w, scratch, p.inner, p.outer, p.turned).over(share(p.outer / lanes * p.inner))
    let strips = try kernel("winograd_strips", macros)
      .bind(convolution(p, tiles, buffers) + result(p, buffers) + [scratch, filters, room, input]).over(items)
    return {
      try transform()
      try strips()
    }
  }

  private func inputFirst(_ p: WinogradProduct, _ buffers: ProductBuffers, _ schedule: VectorSchedule) throws
    -> Step
  {
    let tile = RegisterTile(channels: p.outer, columns: 12, sums: schedule.sums)
    let lanes = 16 * tile.blocks
    let panels = p.outer / lanes
    let tiles = p.tiles.inStrips(of: schedule.strip)
    let all = Winograd.floats(tiles: tiles.count, channels: p.inner)
    let room =
      Winograd.floats(tiles: lanes, channels: p.inner)
      + Winograd.floats(tiles: tiles.longest, channels: lanes)
    let parts = min(tiles.strips, (2 * device.description.computeUnits + panels - 1) / panels)
    let items = device.rooms(panels * parts)
    scratch.reserve(all + items * room)
    let macros: KeyValuePairs = ["NV": tile.blocks, "PX": tile.pixels]
    let input = try kernel("winograd_input", macros)
      .bind(convolution(p, tiles, buffers) + [scratch]).over(share(tiles.count))
    let multiply = try kernel("winograd_panels", macros)
      .bind(
        [buffers.w, p.turned, parts, p.inner, p.outer, tiles] + result(p, buffers) + [scratch, all, room]
      )
      .over(items)
    return {
      try input()
      try multiply()
    }
  }

  /// CONVOLUTION of winograd.cl.
  private func convolution(_ p: WinogradProduct, _ tiles: WinogradTiles, _ buffers: ProductBuffers)
    -> [any KernelArgument]
  {
    [buffers.x, p.x, buffers.skip ?? buffers.x, p.skip ?? p.x, p.split, p.inner, p.outer, tiles]
  }

  /// RESULT of winograd.cl.
  private func result(_ p: WinogradProduct, _ buffers: ProductBuffers) -> [any KernelArgument] {
    [
      buffers.y, p.y, buffers.gate ?? buffers.x, p.gate ?? p.y, buffers.b ?? buffers.w, buffers.b != nil,
      p.relu,
      p.gate != nil,
    ]
  }

  /// Filter and bias gradients, block by block, then the sums of the blocks.
  func winogradGradient(_ p: WinogradGradient, _ buffers: WeightGradientBuffers) throws -> Step {
    let (x, skip, g, dw, db) = (buffers.x, buffers.skip, buffers.g, buffers.dw, buffers.db)
    return switch schedule {
    case .vector(let schedule): try vectorWinogradGradient(p, x, skip, g, dw, db, schedule)
    case .tile(let schedule): try tileWinogradGradient(p, x, skip, g, dw, db, schedule)
    }
  }

  private func vectorWinogradGradient(
    _ p: WinogradGradient, _ x: DeviceBuffer, _ skip: DeviceBuffer?, _ g: DeviceBuffer, _ dw: DeviceBuffer,
    _ db: DeviceBuffer, _ schedule: VectorSchedule
  ) throws -> Step {
    let block = Operation.gradientTiles
    let blocks = (p.tiles.count + block - 1) / block
    let (channels, filters) = (schedule.group(of: p.inner), schedule.group(of: p.outer))
    let part = 9 * p.inner * p.outer + p.outer
    let parts = blocks > 1 ? blocks * part : 0
    let vectors = [4, 2].first { filters.isMultiple(of: 16 * $0) } ?? 1
    let room =
      Winograd.floats(tiles: schedule.strip, channels: channels + filters)
      + Winograd.places * (channels * filters + 32)
    let items = device.rooms(blocks * (p.inner / channels) * (p.outer / filters))
    scratch.reserve(parts + items * room)
    let gradient = try kernel(
      "winograd_gradient", ["NV": vectors, "TC": 16 / vectors]
    )
    .bind(
      x, p.x, skip ?? x, p.skip ?? p.x, p.split, p.inner, p.outer, p.tiles, g, p.g, dw, db, scratch,
      block, blocks, part, channels, filters, schedule.strip, parts, room
    )
    .over(items)
    guard blocks > 1 else { return gradient }
    let sum = try kernel("winograd_sum")
      .bind(scratch, dw, db, part - p.outer, part, blocks).over(share(part / 16))
    return {
      try gradient()
      try sum()
    }
  }
}

extension Device {
  /// Work-items that need room of their own, for so many things to do: a few for each core.
  fileprivate func rooms(_ count: Int) -> Int { max(1, min(count, 2 * description.computeUnits)) }
}
