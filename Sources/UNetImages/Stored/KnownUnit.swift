/// A unit of length or of time whose size is known, by the names that ImageJ and OME have for it.
struct KnownUnit {
  /// So many metres or seconds are `factor * 10^exponent`: numbers of another unit change by whole numbers, exactly where
  /// `Double` has the result.
  private let factor: Double, exponent: Int

  /// The length of this name; nil where it is none that is known, such as `pixel`.
  static func length(_ name: String) -> KnownUnit? {
    let name = plain(name)
    return lengths[name] ?? decimal(name, of: "m")
  }

  /// The time of this name.
  static func time(_ name: String) -> KnownUnit? {
    let name = plain(name)
    return times[name] ?? decimal(name, of: "s")
  }

  /// So many of these in `other`s.
  func convert(_ number: Double, to other: KnownUnit) -> Double {
    let shift = exponent - other.exponent
    return number * (factor * power(shift)) / (other.factor * power(-shift))
  }

  /// 1 for exponents below 0.
  private func power(_ exponent: Int) -> Double {
    (0..<max(0, exponent)).reduce(1) { power, _ in 10 * power }
  }

  /// The unit with one of the decimal prefixes, or with none.
  private static func decimal(_ name: String, of unit: Character) -> KnownUnit? {
    guard name.last == unit, let exponent = prefixes[String(name.dropLast())] else { return nil }
    return KnownUnit(factor: 1, exponent: exponent)
  }

  /// The name with ImageJ's `\u00B5` as the letter that it stands for, and one of the two letters that look so.
  private static func plain(_ name: String) -> String {
    name.replacing(/\\u([0-9A-Fa-f]{4})/) { found in
      UInt32(found.1, radix: 16).flatMap(Unicode.Scalar.init).map(String.init) ?? String(found.0)
    }.replacing("μ", with: "µ").trimmingPrefix(" ").description
  }

  private static let prefixes = [
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "": 0, "d": -1,
    "c": -2, "m": -3, "µ": -6, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
  ]

  private static let lengths: [String: KnownUnit] = [
    "micron": .init(factor: 1, exponent: -6), "microns": .init(factor: 1, exponent: -6),
    "Å": .init(factor: 1, exponent: -10), "inch": .init(factor: 254, exponent: -4),
    "inches": .init(factor: 254, exponent: -4), "in": .init(factor: 254, exponent: -4),
    "thou": .init(factor: 254, exponent: -7), "ft": .init(factor: 3048, exponent: -4),
  ]

  private static let times: [String: KnownUnit] = {
    let names: [(factor: Double, exponent: Int, names: [String])] = [
      (1, 0, ["sec", "secs", "second", "seconds"]), (1, -3, ["msec", "msecs"]),
      (60, 0, ["min", "mins", "minute", "minutes"]), (3600, 0, ["h", "hr", "hrs", "hour", "hours"]),
      (86400, 0, ["d", "day", "days"]),
    ]
    let units = names.flatMap { unit in
      unit.names.map { ($0, KnownUnit(factor: unit.factor, exponent: unit.exponent)) }
    }
    return Dictionary(uniqueKeysWithValues: units)
  }()
}
