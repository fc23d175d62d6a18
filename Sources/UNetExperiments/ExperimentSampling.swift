import UNetData

extension SamplingOptions {
  /// `none`, or which changes of position.
  init(_ value: YAMLValue) throws {
    guard !value.isWord("none") else {
      self = .none
      return
    }
    let section = try Section(
      value, keys: ["shift", "flips", "quarter-turns"], later: ["rotation", "elastic", "grey"])
    self.init()
    shift = try section["shift"]?.flag() ?? shift
    flips = try section["flips"]?.flag() ?? flips
    quarterTurns = try section["quarter-turns"]?.flag() ?? quarterTurns
  }

  var yaml: YAMLText {
    self == .none
      ? .text("none")
      : .section([("shift", .flag(shift)), ("flips", .flag(flips)), ("quarter-turns", .flag(quarterTurns))])
  }
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
