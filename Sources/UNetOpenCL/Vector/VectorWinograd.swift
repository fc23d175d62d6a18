import CUNetGeometry
import UNetGraph
import UNetRuntime

// 3x3 convolutions and their gradients by winograd.cl and winograd_gradient.cl.

extension OpenCLBackend {
  /// Where there are more filters than tiles, all tiles are transformed first and each panel of filters just before its
  /// use; else all filters first and each strip of tiles just before its use.  So scratch is the smaller of both.
  func vectorWinograd(
    _ shape: UNetProduct, _ tiles: UNetWinogradTiles, _ buffers: Operands, _ schedule: VectorSchedule
  ) throws -> Launch {
    let tile = RegisterTile(channels: shape.K, sums: schedule.sums)
    guard tiles.count < shape.K else {
      let strips = tiles.inStrips(of: schedule.strip, workers: device.description.computeUnits)
      return try filtersFirst(shape, strips, buffers, tile)
    }
    let parts = tiles.parts(panels: shape.K / tile.lanes, workers: device.description.computeUnits)
    let strips = tiles.inStrips(of: schedule.strip, workers: parts)
    return try inputFirst(shape, strips, parts, buffers, tile)
  }

  private func filtersFirst(
    _ shape: UNetProduct, _ tiles: UNetWinogradTiles, _ buffers: Operands, _ tile: RegisterTile
  ) throws -> Launch {
    let (channels, panels) = (shape.from.allChannels, shape.K / tile.lanes)
    let input = Winograd.floats(tiles: tiles.longest, channels: channels)
    let room = input + Winograd.floats(tiles: tiles.longest, channels: tile.lanes)
    let filters = panels * Winograd.floats(tiles: tile.lanes, channels: channels)
    let items = rooms(tiles.strips)
    scratch.reserve(filters + items * room)
    let transform = try kernel("winograd_filters", tile.macros)
      .bind(buffers.w, scratch, shape).over(share(panels * channels / 16))
    let strips = try kernel("winograd_strips", tile.macros)
      .bind(
        buffers.x, buffers.skip ?? buffers.x, buffers.y, buffers.gate ?? buffers.x, buffers.b ?? buffers.w,
        scratch, shape, tiles, Int64(filters), Int64(room), Int64(input)
      )
      .over(items)
    return {
      try transform()
      try strips()
    }
  }

  private func inputFirst(
    _ shape: UNetProduct, _ tiles: UNetWinogradTiles, _ parts: Int, _ buffers: Operands, _ tile: RegisterTile
  ) throws -> Launch {
    let (channels, panels) = (shape.from.allChannels, shape.K / tile.lanes)
    let all = Winograd.floats(tiles: tiles.count, channels: channels)
    let room =
      Winograd.floats(tiles: tile.lanes, channels: channels)
      + Winograd.floats(tiles: tiles.longest, channels: tile.lanes)
    let items = rooms(panels * parts)
    scratch.reserve(all + items * room)
    let input = try kernel("winograd_input", tile.macros)
      .bind(buffers.x, buffers.skip ?? buffers.x, scratch, shape, tiles).over(share(tiles.count))
    let multiply = try kernel("winograd_panels", tile.macros)
      .bind(
        buffers.w, buffers.y, buffers.gate ?? buffers.x, buffers.b ?? buffers.w, scratch, shape, tiles, parts,
        Int64(all), Int64(room)
      )
      .over(items)
    return {
      try input()
      try multiply()
    }
  }

  /// Filter and bias gradients, block by block, then the sums of the blocks.
  func vectorWinogradGradient(
    _ shape: UNetFilterGradient, _ tiles: UNetWinogradTiles, _ buffers: GradientOperands,
    _ schedule: VectorSchedule
  ) throws -> Launch {
    let (inner, block) = (shape.from.allChannels, Operation.gradientTiles)
    var units = UNetWinogradUnits()
    (units.block, units.blocks, units.strip) = (block, (tiles.count + block - 1) / block, schedule.strip)
    units.channels = Winograd.group(of: inner, atMost: schedule.group)
    units.filters = Winograd.group(of: shape.K, atMost: schedule.group)
    let parts = BlockParts(shape, blocks: Int(units.blocks), together: true, buffers, scratch)
    (units.part, units.behind) = (parts.weightsStride, parts.floats)
    units.room =
      Winograd.floats(tiles: units.strip, channels: units.channels + units.filters)
      + Winograd.places * (units.channels * units.filters + 32)
    let items = rooms(units.blocks * (inner / units.channels) * (shape.K / units.filters))
    scratch.reserve(units.behind + items * units.room)
    let vectors = RegisterTile(channels: units.filters, sums: schedule.sums).blocks
    let sums = [16, 8, 4].first { $0 <= schedule.sums } ?? 2
    let macros: KeyValuePairs = ["NV": vectors, "TC": sums / vectors]
    let gradient = try kernel("winograd_gradient", macros)
      .bind(
        buffers.x, buffers.skip ?? buffers.x, buffers.g, buffers.dw, buffers.db, scratch, shape, tiles, units
      )
      .over(items)
    let add = try blockSums(parts, shape, buffers)
    return {
      try gradient()
      try add()
    }
  }

  /// Work-items that need room of their own, for so many things to do: a few for each core.
  private func rooms(_ count: Int) -> Int { max(1, min(count, 2 * device.description.computeUnits)) }
}

extension RegisterTile {
  /// What winograd.cl is compiled with.
  fileprivate var macros: KeyValuePairs<String, Int> { ["NV": blocks, "PX": pixels] }
}
