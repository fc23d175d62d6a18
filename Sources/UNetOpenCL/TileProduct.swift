import UNetRuntime

// Products and gradients of filters by tile_product.cl and tile_gradient.cl.

extension OpenCLBackend {
  func tileProduct(
    _ p: Product, _ x: DeviceBuffer, _ w: DeviceBuffer, _ b: DeviceBuffer?, _ y: DeviceBuffer, relu: Bool,
    _ schedule: TileSchedule
  ) throws -> Step {
    let pixels = p.images * p.rows * p.columns
    let tile = schedule.product.fitted(
      rows: pixels, columns: p.outer, batches: p.groups, groups: groupsWanted, leastRows: 64,
      on: device.description.limits)
    let input = quads(
      p.inner, p.x.image, p.x.start, p.x.row, p.x.pixel, p.x.tapRow, p.x.tapColumn)
    let output = quads(p.outer, p.y.image, p.y.row, p.y.pixel, p.y.cornerRow, p.y.cornerColumn)
    let macros = tile.macros(
      a: input, b: p.transposed ? input : quads(p.outer), y: output, transposed: p.transposed)
    return try kernel("product_tile", in: .tileProduct, macros)
      .bind(
        x, x, w, b ?? x, x, y, p.taps.r, p.taps.s, p.inner, 0, p.outer, pixels, p.rows, p.columns,
        p.x.image, p.x.start, p.x.row, p.x.pixel, p.x.tapRow, p.x.tapColumn, 0, 0, 0, 0,
        p.y.image, 0, p.y.row, p.y.pixel, p.y.cornerRow, p.y.cornerColumn,
        0, p.taps.r * p.taps.s * p.inner * p.outer, b != nil, relu, false
      )
      .over(
        (pixels + tile.rows - 1) / tile.rows * tile.items, (p.outer + tile.columns - 1) / tile.columns,
        p.groups,
        group: tile.items)
  }

  /// Blocks of the gradient of filters into `parts`.  Where taps move `g`, each is a product of its own.
  func tileGradient(
    _ p: WeightGradient, _ x: DeviceBuffer, _ g: DeviceBuffer, _ parts: any KernelArgument,
    _ schedule: TileSchedule
  ) throws -> Step {
    let (blocks, blockRows) = blocks(of: p)
    let groups = p.g.tapColumn == 0 ? 1 : p.taps.r * p.taps.s
    let rows = p.taps.r * p.taps.s / groups * p.channels
    let tile = schedule.gradient.fitted(
      rows: rows, columns: p.filters, batches: blocks * groups, groups: groupsWanted, leastRows: 16,
      on: device.description.limits)
    let macros = tile.macros(
      a: quads(p.channels, p.x.image, p.x.row, p.x.tapRow, p.x.tapColumn),
      b: quads(p.filters, p.g.image, p.g.start, p.g.row, p.g.pixel, p.g.tapRow, p.g.tapColumn),
      y: quads(p.filters))
    return try kernel("weight_gradient_tile", in: .tileGradient, macros)
      .bind(
        x, x, g, parts, p.taps.s, p.channels, 0, rows, p.filters, p.rows, p.columns, p.images * p.rows,
        blockRows,
        groups, p.x.image, p.x.row, p.channels, p.x.tapRow, p.x.tapColumn, 0, 0, 0, 0,
        p.g.image, p.g.start, p.g.row, p.g.pixel, p.g.tapRow, p.g.tapColumn
      )
      .over(
        (rows + tile.rows - 1) / tile.rows * tile.items, (p.filters + tile.columns - 1) / tile.columns,
        blocks * groups, group: tile.items)
  }

  /// Groups that keep the device busy: two for each of its units.
  private var groupsWanted: Int { 2 * device.description.computeUnits }
}

/// Floats that a load can take where all of these numbers of floats lie between what is loaded: 4 or 1.
private func quads(_ strides: Int...) -> Int { strides.allSatisfy { $0.isMultiple(of: 4) } ? 4 : 1 }

extension GroupTile {
  /// What tile.h is compiled with; `a`, `b` and `y` are the floats of a load and of a store.
  fileprivate func macros(a: Int, b: Int, y: Int, transposed: Bool = false) -> KeyValuePairs<String, Int> {
    [
      "GM": rows, "GN": columns, "TM": itemRows, "TN": itemColumns, "DEPTH": depth,
      "VA": a, "VB": b, "VY": y, "TRANSPOSED": transposed ? 1 : 0,
    ]
  }
}
