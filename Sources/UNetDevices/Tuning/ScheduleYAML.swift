import UNetConfiguration
import UNetOpenCL

// Schedules in YAML:
//
//     vector: {sums: 24, strip: 24, group: 128}
//     tile: {product: {rows: 128, columns: 64, item-rows: 8, item-columns: 8, depth: 8}, gradient: ..., ...}

extension KernelSchedule {
  /// The one schedule that `text` names, with the parameters that it gives; `target` gives the others, and its limits
  /// bound them.
  /// - Throws: `ConfigurationError` at `place`.
  package init(yaml text: String, place: String, for target: TuningTarget) throws {
    let schedules = try [KernelSchedule](.document(text, file: place), for: target)
    guard schedules.count == 1 else { throw ConfigurationError(place, "give one schedule: vector or tile") }
    self = schedules[0]
  }

  var parametersYAML: YAMLText {
    switch self {
    case .vector(let schedule): .section(VectorSchedule.options.yaml(of: schedule))
    case .tile(let schedule): .section(TileSchedule.options().yaml(of: schedule))
    }
  }

  /// This schedule with the parameters that `value` gives.
  fileprivate func changed(by value: YAMLValue, _ target: TuningTarget) throws -> KernelSchedule {
    switch self {
    case .vector(var schedule):
      try VectorSchedule.options.read(value, into: &schedule)
      return .vector(schedule)
    case .tile(var schedule):
      try TileSchedule.options(for: target).read(value, into: &schedule)
      return .tile(schedule)
    }
  }
}

extension [KernelSchedule] {
  /// The schedules of a section `vector: ...`, `tile: ...`, at least one.
  init(_ value: YAMLValue, for target: TuningTarget) throws {
    let names = KernelSchedule.Name.allCases.map(\.rawValue)
    let mapping = try YAMLMapping(value, keys: names)
    self = try KernelSchedule.Name.allCases.compactMap { name in
      try mapping[name.rawValue].map { try target.standard(name).changed(by: $0, target) }
    }
    guard !isEmpty else { throw mapping.failure("must have \(alternatives(names)), found neither") }
  }
}

extension VectorSchedule {
  fileprivate static let options = OptionTable<VectorSchedule>([
    .init("sums", \.sums, .integer(of: allowedSums), "Vectors of 16 sums that an item keeps."),
    .init("strip", \.strip, .integer(of: allowedStrips), "Winograd's tiles that an item works on at a time."),
    .init(
      "group", \.group, .integer(of: allowedGroups),
      "The most channels of a gradient by Winograd that are worked on at a time."),
  ])
}

extension TileSchedule {
  /// A tile that is read must fit the target's limits.
  fileprivate static func options(for target: TuningTarget? = nil) -> OptionTable<TileSchedule> {
    let tile = OptionType<GroupTile>.section(GroupTile.options) { mapping, tile in
      if let target { try tile.check(target, mapping) }
    }
    return OptionTable([
      .init("product", \.product, tile, "A group's tile of the product of a convolution."),
      .init("gradient", \.gradient, tile, "A group's tile of the gradient of its filters."),
      .init(
        "transform-floats", \.transformFloats, .integer(of: allowedTransformFloats),
        "Numbers of Winograd's transforms that are in use at a time."),
    ])
  }
}

extension GroupTile {
  // A small device's tile has the side 16, which is not worth trying elsewhere.
  private static let side = OptionType.integer(of: [least.rows] + allowedSides)

  fileprivate static let options = OptionTable<GroupTile>([
    .init("rows", \.rows, side, "Rows of the tile."), .init("columns", \.columns, side, "Its columns."),
    .init("item-rows", \.itemRows, .integer(of: allowedItemSides), "Rows of an item."),
    .init("item-columns", \.itemColumns, .integer(of: allowedItemSides), "Columns of an item."),
    .init("depth", \.depth, .integer(of: allowedDepths), "Terms of a stage."),
  ])

  fileprivate func check(_ target: TuningTarget, _ mapping: YAMLMapping) throws {
    guard !fits(target.limits) else { return }
    guard items >= depth else {
      throw mapping.failure("has fewer items in a group (\(items)) than its depth: give a larger tile")
    }
    throw mapping.failure(
      "needs \(items) items and \(localBytes) bytes of local memory a group; \(target.name) has "
        + "\(target.limits.items) and \(target.limits.localBytes): give a smaller tile")
  }
}
