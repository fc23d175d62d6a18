import CUNetGeometry
import UNetRuntime

// Products and gradients of filters by tile_product.cl and tile_gradient.cl.

extension OpenCLBackend {
  func tileProduct(_ shape: UNetProduct, _ buffers: Operands, _ schedule: TileSchedule) throws -> Launch {
    let (x, pixels) = (buffers.x, shape.pixels)
    let tile = schedule.product.fitted(
      rows: pixels, columns: shape.K, batches: shape.batches, groups: groupsWanted, leastRows: 64,
      on: device.description.limits)
    return try kernel("product_tile", shape.macros(tile))
      .bind(x, buffers.skip ?? x, buffers.w, buffers.b ?? x, buffers.gate ?? x, buffers.y, shape)
      .over(
        (pixels + tile.rows - 1) / tile.rows * tile.items, (shape.K + tile.columns - 1) / tile.columns,
        shape.batches, group: tile.items)
  }

  /// Blocks of the gradient of filters into `parts`.
  func tileGradient(
    _ shape: UNetFilterGradient, _ buffers: GradientOperands, _ parts: any KernelArgument,
    _ schedule: TileSchedule
  ) throws -> Launch {
    try tileGradient(shape, buffers.x, buffers.skip, buffers.g, parts, from: 0, schedule)
  }

  /// The same into `parts` from `start` on.
  func tileGradient(
    _ shape: UNetFilterGradient, _ x: any KernelArgument, _ skip: (any KernelArgument)?,
    _ g: any KernelArgument,
    _ parts: any KernelArgument, from start: Int, _ schedule: TileSchedule
  ) throws -> Launch {
    let rows = (shape.batches > 1 ? 1 : shape.R * shape.S) * shape.from.allChannels
    let batches = shape.blocks * shape.batches
    let tile = schedule.gradient.fitted(
      rows: rows, columns: shape.K, batches: batches, groups: groupsWanted, leastRows: 16,
      on: device.description.limits)
    return try kernel("weight_gradient_tile", shape.macros(tile, from: start))
      .bind(x, skip ?? x, g, parts, Int64(start), shape)
      .over(
        (rows + tile.rows - 1) / tile.rows * tile.items, (shape.K + tile.columns - 1) / tile.columns, batches,
        group: tile.items)
  }

  /// Groups that keep the device busy: two for each of its cores.
  private var groupsWanted: Int { 2 * cores }
}

extension UNetProduct {
  /// What tile_product.cl is compiled with.
  fileprivate func macros(_ tile: GroupTile) -> KeyValuePairs<String, Int> {
    let input = quads([xBatch] + from.steps)
    let (filters, output) = (quads([K]), quads([K, cornerRow, cornerColumn] + y.steps))
    return [
      "GM": tile.rows, "GN": tile.columns, "TM": tile.itemRows, "TN": tile.itemColumns, "DEPTH": tile.depth,
      "VA": input, "VB": transposed == 1 ? input : filters, "VY": output, "TRANSPOSED": transposed,
      "SKIP": from.skipChannels > 0 ? 1 : 0,
    ]
  }
}

extension UNetFilterGradient {
  /// What tile_gradient.cl is compiled with, for parts from `start` on.
  fileprivate func macros(_ tile: GroupTile, from start: Int) -> KeyValuePairs<String, Int> {
    [
      "GM": tile.rows, "GN": tile.columns, "TM": tile.itemRows, "TN": tile.itemColumns, "DEPTH": tile.depth,
      "VA": quads([xBatch] + from.steps), "VB": quads([K, gTapRow, gTapColumn] + g.steps),
      "VY": quads([K, start]), "SKIP": from.skipChannels > 0 ? 1 : 0, "NARROW": g.width < tile.depth ? 1 : 0,
    ]
  }
}

extension UNetSource {
  /// All that lies between what is loaded.
  fileprivate var steps: [Int] { [tapRow, tapColumn, channels, skipChannels] + x.steps + skip.steps }
}

extension UNetPicture {
  fileprivate var steps: [Int] { [start, image, row, pixel] }
}

/// Floats that a load can take where all of these numbers of floats lie between what is loaded: 4 or 1.
private func quads(_ steps: [Int]) -> Int { steps.allSatisfy { $0.isMultiple(of: 4) } ? 4 : 1 }
