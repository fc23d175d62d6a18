import COpenCL
import UNetGraph
import UNetRuntime

/// Tiles of 4x4 results, in all images, and the strips that they are worked on in.
struct WinogradTiles: KernelArgument {
  let rows, columns, count, strips: Int

  /// For `images` results of this size.
  init(images: Int, height: Int, width: Int) {
    (rows, columns) = ((height + 3) / 4, (width + 3) / 4)
    count = images * rows * columns
    strips = (count + Winograd.strip - 1) / Winograd.strip
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

  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    setStructure([start, image, row, pixel, height, width], at: index, of: kernel)
  }
}

/// A structure of `int`s, passed by value.
private func setStructure(_ fields: [Int], at index: cl_uint, of kernel: cl_kernel) -> Int32 {
  let values = fields.map { Int32($0) }
  return clSetKernelArg(kernel, index, values.count * MemoryLayout<Int32>.size, values)
}

/// What a convolution by Winograd's algorithm reads and writes.
struct WinogradSums {
  let x: (buffer: DeviceBuffer, picture: Picture)
  let w: DeviceBuffer
  let bias: DeviceBuffer?
  let y: (buffer: DeviceBuffer, picture: Picture)
  let tiles: WinogradTiles
  /// Channels summed over, and channels of the result.
  let inner: Int, outer: Int
  /// Whether filters are stored `[3, 3, outer, inner]` and taken turned by half a circle.
  var turned = false
  var relu = false
}

/// The sizes of its work, which change no bit.
enum Winograd {
  /// The elements of a transformed tile or filter.
  static let places = 36
  /// Tiles that are worked on at a time: their transforms stay in a core's cache.
  static let strip = 24
  /// Room for the transforms of so many tiles, with a line between places.
  static func floats(tiles: Int, channels: Int) -> Int { places * (tiles * channels + 16) }

  /// Channels or filters of a gradient that are worked on at a time: at most 128.
  static func group(of channels: Int) -> Int {
    16 * ((1...8).last { (channels / 16).isMultiple(of: $0) } ?? 1)
  }
}

extension OpenCLBackend {
  /// A convolution or an input gradient.
  ///
  /// Where there are more filters than tiles, all tiles are transformed first and each panel of filters just before its
  /// use; else all filters first and each strip of tiles just before its use.  So scratch is the smaller of both.
  func winograd(_ p: WinogradSums) throws -> Step {
    p.tiles.count < p.outer ? try inputFirst(p) : try filtersFirst(p)
  }

  private func filtersFirst(_ p: WinogradSums) throws -> Step {
    let tile = RegisterTile(channels: p.outer, columns: 12, sums: device.registerSums)
    let lanes = 16 * tile.blocks
    let input = Winograd.floats(tiles: p.tiles.longest, channels: p.inner)
    let room = input + Winograd.floats(tiles: p.tiles.longest, channels: lanes)
    let filters = Winograd.places * p.inner * p.outer
    let items = device.rooms(p.tiles.strips)
    scratch.reserve(filters + items * room)
    let macros: KeyValuePairs = ["NV": tile.blocks, "PX": tile.pixels]
    let transform = try kernel("winograd_filters", in: .winograd, macros)
      .bind(p.w, scratch, p.inner, p.outer, p.turned).over(device.share(p.outer / lanes * p.inner))
    let strips = try kernel("winograd_strips", in: .winograd, macros)
      .bind(
        p.x.buffer, p.x.picture, p.x.buffer, p.x.picture, p.inner, p.inner, p.outer, p.tiles,
        p.y.buffer, p.y.picture, p.y.buffer, p.y.picture, p.bias ?? p.w, p.bias != nil, p.relu, false,
        scratch, filters, room, input
      )
      .over(items)
    return {
      try transform()
      try strips()
    }
  }

  private func inputFirst(_ p: WinogradSums) throws -> Step {
    let tile = RegisterTile(channels: p.outer, columns: 12, sums: device.registerSums)
    let lanes = 16 * tile.blocks
    let panels = p.outer / lanes
    let all = Winograd.floats(tiles: p.tiles.count, channels: p.inner)
    let room =
      Winograd.places * p.inner * lanes + Winograd.floats(tiles: p.tiles.longest, channels: lanes)
    let parts = min(p.tiles.strips, (2 * device.description.computeUnits + panels - 1) / panels)
    let items = device.rooms(panels * parts)
    scratch.reserve(all + items * room)
    let macros: KeyValuePairs = ["NV": tile.blocks, "PX": tile.pixels]
    let input = try kernel("winograd_input", in: .winograd, macros)
      .bind(
        p.x.buffer, p.x.picture, p.x.buffer, p.x.picture, p.inner, p.inner, p.outer, p.tiles, scratch
      )
      .over(device.share(p.tiles.count))
    let multiply = try kernel("winograd_panels", in: .winograd, macros)
      .bind(
        p.w, p.turned, parts, p.inner, p.outer, p.tiles,
        p.y.buffer, p.y.picture, p.y.buffer, p.y.picture, p.bias ?? p.w, p.bias != nil, p.relu, false,
        scratch, all, room
      )
      .over(items)
    return {
      try input()
      try multiply()
    }
  }

  /// Filter and bias gradients from `x` and `g`, the framed gradient of the output.
  func winogradGradient(
    _ x: (DeviceBuffer, Shape), _ g: (DeviceBuffer, Shape), _ dw: (DeviceBuffer, Shape), _ db: DeviceBuffer
  ) throws -> Step {
    let (inner, outer) = (dw.1[2], dw.1[3])
    let picture = Picture(g.1, frame: 2)
    let tiles = WinogradTiles(images: x.1[0], height: picture.height, width: picture.width)
    let block = Operation.gradientTiles
    let blocks = (tiles.count + block - 1) / block
    let (channels, filters) = (Winograd.group(of: inner), Winograd.group(of: outer))
    let part = 9 * inner * outer + outer
    let parts = blocks > 1 ? blocks * part : 0
    let vectors = [4, 2].first { filters.isMultiple(of: 16 * $0) } ?? 1
    let room =
      Winograd.floats(tiles: Winograd.strip, channels: channels + filters)
      + Winograd.places * (channels * filters + 32)
    let items = device.rooms(blocks * (inner / channels) * (outer / filters))
    scratch.reserve(parts + items * room)
    let gradient = try kernel("winograd_gradient", in: .winograd, ["NV": vectors, "TC": 16 / vectors])
      .bind(
        x.0, Picture(x.1), x.0, Picture(x.1), inner, inner, outer, tiles, g.0, picture, dw.0, db, scratch,
        block, blocks, part, channels, filters, Winograd.strip, parts, room
      )
      .over(items)
    guard blocks > 1 else { return gradient }
    let sum = try kernel("winograd_sum", in: .winograd)
      .bind(scratch, dw.0, db, part - outer, part, blocks).over(device.share(part / 16))
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
