import UNetConfiguration
import UNetData

extension SamplingOptions {
  /// `none`, or which changes; what is left out is as in the paper.
  init(_ value: YAMLValue) throws {
    guard !value.isWord("none") else {
      self = .none
      return
    }
    let section = try Section(
      value, keys: ["shift", "flips", "quarter-turns", "rotation", "elastic", "grey"])
    self = .paper
    shift = try section["shift"]?.flag() ?? shift
    flips = try section["flips"]?.flag() ?? flips
    quarterTurns = try section["quarter-turns"]?.flag() ?? quarterTurns
    rotation = try section["rotation"].map { try Self.degrees($0) } ?? rotation
    elastic = try section["elastic"].map { $0.isWord("none") ? nil : try Elastic($0) } ?? elastic
    grey = try section["grey"].map { $0.isWord("none") ? nil : try Grey($0) } ?? grey
  }

  /// `true`: any angle; `false`: none; a number: up to so many degrees either way.
  private static func degrees(_ value: YAMLValue) throws -> Double {
    if value.isWord("true") || value.isWord("false") { return try value.flag() ? 180 : 0 }
    guard let degrees = try? value.number(.angle) else { throw value.mismatch(Bound.angle.words) }
    return degrees
  }

  var yaml: YAMLText {
    guard self != .none else { return .text("none") }
    let turn: YAMLText = rotation == 0 ? .flag(false) : rotation == 180 ? .flag(true) : .number(rotation)
    return .section([
      ("shift", .flag(shift)), ("flips", .flag(flips)), ("quarter-turns", .flag(quarterTurns)),
      ("rotation", turn), ("elastic", elastic?.yaml ?? .text("none")), ("grey", grey?.yaml ?? .text("none")),
    ])
  }
}

extension SamplingOptions.Elastic {
  init(_ value: YAMLValue) throws {
    let section = try Section(value, keys: ["grid", "deviation"])
    self.init()
    grid = try section["grid"]?.integer(.from(3, to: 32)) ?? grid
    deviation = try section["deviation"]?.number(.from(0, to: 100)) ?? deviation
  }

  var yaml: YAMLText { .section([("grid", .number(grid)), ("deviation", .number(deviation))]) }
}

extension SamplingOptions.Grey {
  init(_ value: YAMLValue) throws {
    let section = try Section(value, keys: ["contrast", "brightness"])
    self.init()
    contrast = try section["contrast"]?.number(.fraction) ?? contrast
    brightness = try section["brightness"]?.number(.notNegative) ?? brightness
  }

  var yaml: YAMLText { .section([("contrast", .number(contrast)), ("brightness", .number(brightness))]) }
}

extension WeightMapOptions {
  init(_ value: YAMLValue) throws {
    let section = try Section(value, keys: ["w0", "sigma", "class-balance", "gap"])
    self.init()
    w0 = try section["w0"]?.number(.notNegative) ?? w0
    sigma = try section["sigma"]?.number(.positive) ?? sigma
    classBalance = try section["class-balance"]?.flag() ?? classBalance
    gap = try section["gap"]?.integer(.from(0, to: 100)) ?? gap
  }

  var yaml: YAMLText {
    .section([
      ("w0", .number(w0)), ("sigma", .number(sigma)), ("class-balance", .flag(classBalance)),
      ("gap", .number(gap)),
    ])
  }
}
