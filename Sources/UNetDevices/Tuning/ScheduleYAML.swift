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
    case .vector(let schedule):
      .section([
        ("sums", .number(schedule.sums)), ("strip", .number(schedule.strip)),
        ("group", .number(schedule.group)),
      ])
    case .tile(let schedule):
      .section([
        ("product", schedule.product.yaml), ("gradient", schedule.gradient.yaml),
        ("transform-floats", .number(schedule.transformFloats)),
      ])
    }
  }
}

extension [KernelSchedule] {
  /// The schedules of a section `vector: ...`, `tile: ...`, at least one.
  init(_ value: YAMLValue, for target: TuningTarget) throws {
    let names = KernelSchedule.Name.allCases.map(\.rawValue)
    let section = try Section(value, keys: names)
    self = try KernelSchedule.Name.allCases.compactMap { name in
      guard let parameters = section[name.rawValue] else { return nil }
      return switch target.standard(name) {
      case .vector(let standard): .vector(try VectorSchedule(parameters, standard))
      case .tile(let standard): .tile(try TileSchedule(parameters, standard, target))
      }
    }
    guard !isEmpty else { throw section.failure("must have \(alternatives(names)), found neither") }
  }
}

extension VectorSchedule {
  fileprivate init(_ value: YAMLValue, _ standard: VectorSchedule) throws {
    self = standard
    let section = try Section(value, keys: ["sums", "strip", "group"])
    sums = try section["sums"]?.one(of: Self.allowedSums) ?? sums
    strip = try section["strip"]?.one(of: Self.allowedStrips) ?? strip
    group = try section["group"]?.one(of: Self.allowedGroups) ?? group
  }
}

extension TileSchedule {
  fileprivate init(_ value: YAMLValue, _ standard: TileSchedule, _ target: TuningTarget) throws {
    self = standard
    let section = try Section(value, keys: ["product", "gradient", "transform-floats"])
    product = try section["product"].map { try GroupTile($0, product, target) } ?? product
    gradient = try section["gradient"].map { try GroupTile($0, gradient, target) } ?? gradient
    transformFloats =
      try section["transform-floats"]?.one(of: Self.allowedTransformFloats) ?? transformFloats
  }
}

extension GroupTile {
  fileprivate init(_ value: YAMLValue, _ standard: GroupTile, _ target: TuningTarget) throws {
    self = standard
    let section = try Section(value, keys: ["rows", "columns", "item-rows", "item-columns", "depth"])
    // A small device's tile has the side 16, which is not worth trying elsewhere.
    let sides = [GroupTile.least.rows] + Self.allowedSides
    rows = try section["rows"]?.one(of: sides) ?? rows
    columns = try section["columns"]?.one(of: sides) ?? columns
    itemRows = try section["item-rows"]?.one(of: Self.allowedItemSides) ?? itemRows
    itemColumns = try section["item-columns"]?.one(of: Self.allowedItemSides) ?? itemColumns
    depth = try section["depth"]?.one(of: Self.allowedDepths) ?? depth
    guard !fits(target.limits) else { return }
    guard items >= depth else {
      throw section.failure("has fewer items in a group (\(items)) than its depth: give a larger tile")
    }
    throw section.failure(
      "needs \(items) items and \(localBytes) bytes of local memory a group; \(target.name) has "
        + "\(target.limits.items) and \(target.limits.localBytes): give a smaller tile")
  }

  fileprivate var yaml: YAMLText {
    .section([
      ("rows", .number(rows)), ("columns", .number(columns)), ("item-rows", .number(itemRows)),
      ("item-columns", .number(itemColumns)), ("depth", .number(depth)),
    ])
  }
}

extension YAMLValue {
  /// One of these numbers.
  fileprivate func one(of allowed: [Int]) throws -> Int {
    guard case .scalar(let text, isQuoted: false) = content, let number = Int(text), allowed.contains(number)
    else { throw mismatch(alternatives(allowed.map(String.init))) }
    return number
  }
}
