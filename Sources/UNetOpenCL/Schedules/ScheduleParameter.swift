import UNetGraph

/// What can be varied of a schedule, one at a time: `unet tune`'s space.
package enum ScheduleParameter: String, CaseIterable, Sendable {
  // Of `VectorSchedule`.
  case sums, strip, group
  // Of `TileSchedule`.
  case productRows = "product.rows", productColumns = "product.columns", productItem = "product.item"
  case productDepth = "product.depth"
  case gradientRows = "gradient.rows", gradientColumns = "gradient.columns", gradientItem = "gradient.item"
  case gradientDepth = "gradient.depth"
  case transformFloats = "transform-floats"

  /// The parameters of a schedule, in the order in which they are tuned.
  package static func all(of schedule: KernelSchedule.Name) -> [ScheduleParameter] {
    allCases.filter { $0.schedule == schedule }
  }

  /// The schedule that it belongs to.
  package var schedule: KernelSchedule.Name {
    switch self {
    case .sums, .strip, .group: .vector
    case .productRows, .productColumns, .productItem, .productDepth, .gradientRows, .gradientColumns,
      .gradientItem, .gradientDepth, .transformFloats:
      .tile
    }
  }

  /// The schedules that differ from `schedule` in this parameter alone, have an allowed value of it, and that a device
  /// of these limits holds.  None for a parameter of the other schedule.
  package func candidates(besides schedule: KernelSchedule, on limits: DeviceLimits) -> [KernelSchedule] {
    let all: [KernelSchedule] =
      switch schedule {
      case .vector(let schedule): vectors(schedule).map { .vector($0) }
      case .tile(let schedule): tiles(schedule).map { .tile($0) }
      }
    return all.filter { $0 != schedule && $0.fits(limits) }
  }

  private func vectors(_ schedule: VectorSchedule) -> [VectorSchedule] {
    switch self {
    case .sums: varied(schedule, \.sums, VectorSchedule.allowedSums)
    case .strip: varied(schedule, \.strip, VectorSchedule.allowedStrips)
    case .group: varied(schedule, \.group, VectorSchedule.allowedGroups)
    case .productRows, .productColumns, .productItem, .productDepth, .gradientRows, .gradientColumns,
      .gradientItem, .gradientDepth, .transformFloats:
      []
    }
  }

  private func tiles(_ schedule: TileSchedule) -> [TileSchedule] {
    switch self {
    case .productRows: varied(schedule, \.product.rows, GroupTile.allowedSides)
    case .productColumns: varied(schedule, \.product.columns, GroupTile.allowedSides)
    case .productItem: varied(schedule, \.product.item, GroupTile.allowedItems)
    case .productDepth: varied(schedule, \.product.depth, GroupTile.allowedDepths)
    case .gradientRows: varied(schedule, \.gradient.rows, GroupTile.allowedSides)
    case .gradientColumns: varied(schedule, \.gradient.columns, GroupTile.allowedSides)
    case .gradientItem: varied(schedule, \.gradient.item, GroupTile.allowedItems)
    case .gradientDepth: varied(schedule, \.gradient.depth, GroupTile.allowedDepths)
    case .transformFloats: varied(schedule, \.transformFloats, TileSchedule.allowedTransformFloats)
    case .sums, .strip, .group: []
    }
  }

  private func varied<S, Value>(_ schedule: S, _ path: WritableKeyPath<S, Value>, _ values: [Value]) -> [S] {
    values.map { value in
      var varied = schedule
      varied[keyPath: path] = value
      return varied
    }
  }
}

extension ScheduleParameter {
  /// Whether the time of `operation` depends on it.
  package func touches(_ operation: Operation) -> Bool {
    let byWinograd = operation.algorithm == .winograd
    return switch (self, operation.work) {
    case (_, .elementwise): false
    case (.sums, .filterGradient): !byWinograd
    case (.sums, .product): true
    case (.strip, _), (.transformFloats, _): byWinograd
    case (.group, let work): byWinograd && work == .filterGradient
    case (.productRows, let work), (.productColumns, let work), (.productItem, let work),
      (.productDepth, let work):
      work == .product
    case (.gradientRows, let work), (.gradientColumns, let work), (.gradientItem, let work),
      (.gradientDepth, let work):
      work == .filterGradient
    }
  }
}

extension KernelSchedule: CustomStringConvertible {
  /// The name and every parameter, in a line.
  package var description: String {
    switch self {
    case .vector(let schedule):
      "vector: sums \(schedule.sums), strip \(schedule.strip), group \(schedule.group)"
    case .tile(let schedule):
      "tile: product \(schedule.product), gradient \(schedule.gradient), "
        + "transform-floats \(schedule.transformFloats)"
    }
  }

  /// Whether a device of these limits can work by it.
  package func fits(_ limits: DeviceLimits) -> Bool {
    switch self {
    case .vector: true
    case .tile(let schedule): schedule.product.fits(limits) && schedule.gradient.fits(limits)
    }
  }
}

extension GroupTile: CustomStringConvertible {
  /// Results of a group, of an item, and the depth: `128x64 of 8x8, depth 8`.
  package var description: String { "\(rows)x\(columns) of \(itemRows)x\(itemColumns), depth \(depth)" }

  /// The sides of an item's results, which are tuned together.
  struct Item: Sendable {
    let rows: Int, columns: Int
  }

  var item: Item {
    get { Item(rows: itemRows, columns: itemColumns) }
    set { (itemRows, itemColumns) = (newValue.rows, newValue.columns) }
  }

  static let allowedItems = allowedItemSides.reversed().flatMap { columns in
    allowedItemSides.reversed().map { Item(rows: $0, columns: columns) }
  }
}
