import CUNetGeometry
import UNetRuntime

// Products by conv.cl.

extension OpenCLBackend {
  /// Packs the filters, then multiplies.
  func vectorProduct(_ shape: UNetProduct, _ buffers: Operands, _ schedule: VectorSchedule) throws -> Launch {
    let columns = shape.y.width
    let tile = RegisterTile(channels: shape.K, columns: columns, sums: schedule.sums)
    let panels = (shape.K + tile.lanes - 1) / tile.lanes
    let (x, all) = (buffers.x, shape.batches * panels)
    let filters = all * shape.R * shape.S * shape.from.allChannels * tile.lanes
    scratch.reserve(filters)
    let rowsFirst = shape.takesRowsFirst(near: 1, panels: all, filters: filters)
    let pack = try kernel("pack_filters")
      .bind(buffers.w, scratch, shape, panels, tile.lanes)
      .over(each(shape.from.allChannels), shape.R * shape.S, all)
    let multiply = try kernel(
      "product", ["NV": tile.blocks, "PX": tile.pixels, "SKIP": buffers.skip == nil ? 0 : 1]
    )
    .bind(
      x, buffers.skip ?? x, scratch, buffers.b ?? x, buffers.gate ?? x, buffers.y, shape, panels, rowsFirst
    )
    .over(
      each((columns + tile.pixels - 1) / tile.pixels), rowsFirst ? all : shape.rows,
      rowsFirst ? shape.rows : all)
    return {
      try pack()
      try multiply()
    }
  }
}
