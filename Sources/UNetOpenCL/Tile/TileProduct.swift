import UNetRuntime

// Products and gradients of filters by tile_product.cl and tile_gradient.cl.

extension OpenCLBackend {
  func tileProduct(_ p: Product, _ buffers: ProductBuffers, _ schedule: TileSchedule) throws -> Step {
    let (x, skip, pixels) = (buffers.x, p.skip ?? .none, p.images * p.rows * p.columns)
    let tile = schedule.product.fitted(
      rows: pixels, columns: p.outer, batches: p.groups, groups: groupsWanted, leastRows: 64,
      on: device.description.limits)
    return try kernel("product_tile", p.macros(tile))
      .bind(
        x, buffers.skip ?? x, buffers.w, buffers.b ?? x, buffers.gate ?? x, buffers.y,
        p.taps.r, p.taps.s, p.inner - skip.channels, skip.channels, p.outer, pixels, p.rows, p.columns,
        p.x.image, p.x.start, p.x.row, p.x.pixel, p.x.tapRow, p.x.tapColumn,
        skip.image, skip.start, skip.row, skip.pixel,
        p.y.image, p.y.start, p.y.row, p.y.pixel, p.y.cornerRow, p.y.cornerColumn,
        p.xGroup, p.taps.r * p.taps.s * p.inner * p.outer, buffers.b != nil, p.relu, p.gated
      )
      .over(
        (pixels + tile.rows - 1) / tile.rows * tile.items, (p.outer + tile.columns - 1) / tile.columns,
        p.groups,
        group: tile.items)
  }

  /// Blocks of the gradient of filters into `parts`.  Where taps move `g`, each is a group of its own.
  func tileGradient(
    _ p: WeightGradient, _ x: DeviceBuffer, _ skip: DeviceBuffer?, _ g: DeviceBuffer,
    _ parts: any KernelArgument, _ schedule: TileSchedule
  ) throws -> Step {
    let (blocks, rows) = blocks(of: p)
    let division = GradientDivision(
      blocks: blocks, rows: rows, pixels: p.images * p.rows * p.columns,
      groups: p.g.tapColumn == 0 ? 1 : p.taps.r * p.taps.s)
    return try tileGradient(p, division, x, skip ?? x, g, parts, schedule)
  }

  func tileGradient(
    _ p: WeightGradient, _ division: GradientDivision, _ x: any KernelArgument, _ skip: any KernelArgument,
    _ g: any KernelArgument, _ parts: any KernelArgument, _ schedule: TileSchedule
  ) throws -> Step {
    let (crop, groups) = (p.skip ?? .none, division.groups)
    let rows = (p.g.tapColumn == 0 ? p.taps.r * p.taps.s : 1) * p.channels
    let tile = schedule.gradient.fitted(
      rows: rows, columns: p.filters, batches: division.blocks * groups, groups: groupsWanted, leastRows: 16,
      on: device.description.limits)
    return try kernel("weight_gradient_tile", p.macros(tile, division))
      .bind(
        x, skip, g, parts, p.taps.s, p.channels - crop.channels, crop.channels, rows, p.filters,
        p.rows, p.columns, division.pixels, division.rows, groups,
        division.xStart, p.x.image, p.x.row, p.x.pixel, p.x.tapRow, p.x.tapColumn, division.xGroup,
        crop.image, crop.start, crop.row, crop.pixel,
        p.g.image, p.g.start, p.g.row, p.g.pixel, p.g.tapRow, p.g.tapColumn, division.partsStart
      )
      .over(
        (rows + tile.rows - 1) / tile.rows * tile.items, (p.filters + tile.columns - 1) / tile.columns,
        division.blocks * groups, group: tile.items)
  }

  /// Groups that keep the device busy: two for each of its units.
  private var groupsWanted: Int { 2 * device.description.computeUnits }
}

/// How the pixels of a gradient of filters are divided.
struct GradientDivision {
  /// Blocks, rows of one, and pixels of all.
  let blocks: Int, rows: Int, pixels: Int
  /// Gradients of one call, each of its own part of `g`; and the floats of `x` from the part of one to the next.
  let groups: Int
  var xGroup = 0
  /// Where `x` and the parts start.
  var xStart = 0, partsStart = 0
}

extension Product {
  /// What tile_product.cl is compiled with.
  fileprivate func macros(_ tile: GroupTile) -> KeyValuePairs<String, Int> {
    let crop = skip ?? .none
    let input = quads(
      inner, xGroup, x.image, x.start, x.row, x.pixel, x.tapRow, x.tapColumn, crop.channels, crop.image,
      crop.start,
      crop.row, crop.pixel)
    let output = quads(outer, y.image, y.start, y.row, y.pixel, y.cornerRow, y.cornerColumn)
    return [
      "GM": tile.rows, "GN": tile.columns, "TM": tile.itemRows, "TN": tile.itemColumns, "DEPTH": tile.depth,
      "VA": input, "VB": transposed ? input : quads(outer), "VY": output, "TRANSPOSED": transposed ? 1 : 0,
      "SKIP": skip == nil ? 0 : 1,
    ]
  }
}

extension WeightGradient {
  /// What tile_gradient.cl is compiled with.
  fileprivate func macros(_ tile: GroupTile, _ division: GradientDivision) -> KeyValuePairs<String, Int> {
    let crop = skip ?? .none
    let first = quads(
      channels, division.xStart, division.xGroup, x.image, x.row, x.pixel, x.tapRow, x.tapColumn,
      crop.channels, crop.image, crop.start,
      crop.row,
      crop.pixel)
    return [
      "GM": tile.rows, "GN": tile.columns, "TM": tile.itemRows, "TN": tile.itemColumns, "DEPTH": tile.depth,
      "VA": first, "VB": quads(filters, g.image, g.start, g.row, g.pixel, g.tapRow, g.tapColumn),
      "VY": quads(filters, division.partsStart), "SKIP": skip == nil ? 0 : 1,
    ]
  }
}

/// Floats that a load can take where all of these numbers of floats lie between what is loaded: 4 or 1.
private func quads(_ strides: Int...) -> Int { strides.allSatisfy { $0.isMultiple(of: 4) } ? 4 : 1 }
