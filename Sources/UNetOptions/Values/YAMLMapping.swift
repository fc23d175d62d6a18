/// A mapping of which every key is known.
package struct YAMLMapping {
  private let value: YAMLValue
  private let known: [String]
  private var values: [String: YAMLValue] = [:]

  /// The keys of `value`, which may be only those in `keys`; `elsewhere` are keys of other mappings, with those that lead there:
  /// `data.kind`.
  package init(_ value: YAMLValue, keys: [String], elsewhere: [String] = []) throws {
    (self.value, known) = (value, keys)
    for entry in try value.mapping() {
      guard keys.contains(entry.name) else {
        throw ConfigurationError(entry.place, Self.complaint(entry.name, in: value.key, keys, elsewhere))
      }
      values[entry.name] = entry.value
    }
  }

  /// Whether no key is given.
  package var isEmpty: Bool { values.isEmpty }

  /// The value of a key, where it is given.
  package subscript(key: String) -> YAMLValue? {
    precondition(known.contains(key), "\(key) is not among the mapping's keys")
    return values[key]
  }

  /// The value of a key that must be given.
  package func required(_ key: String) throws -> YAMLValue {
    guard let found = self[key] else {
      let place = value.key.isEmpty ? "" : " in \(value.key)"
      throw ConfigurationError(value.place, "missing key '\(key)'\(place)")
    }
    return found
  }

  /// An error about the mapping as a whole.
  package func failure(_ problem: String) -> ConfigurationError { value.failure(problem) }

  private static func complaint(
    _ name: String, in path: String, _ keys: [String], _ elsewhere: [String]
  ) -> String {
    let place = elsewhere.filter { $0.hasSuffix(".\(name)") }.min { $0.count < $1.count }
    let isNumber = name.allSatisfy { $0.isASCII && $0.isNumber }
    let hasOtherSpaces = name.contains("\u{A0}")
    let remedy =
      isNumber
      ? "numbers have a decimal point"
      : hasOtherSpaces
        ? "it has no-break spaces: put blanks in their place"
        : place.map { "its place is \($0)" }
          ?? nearestName(to: name, among: keys).map { "did you mean '\($0)'?" }
    return "unknown key '\(name)'\(path.isEmpty ? "" : " in \(path)"); "
      + (remedy ?? "known are \(keys.joined(separator: ", "))")
  }
}

/// The name most like `name`: at most a third of its letters changed, or one a part of the other.
package func nearestName(to name: String, among names: [String]) -> String? {
  let distances = names.map { (name: $0, distance: editDistance(Array(name), Array($0))) }
  if let best = distances.min(by: { $0.distance < $1.distance }), 3 * best.distance <= max(name.count, 3) {
    return best.name
  }
  return names.first { name.count > 2 && (name.contains($0) || $0.contains(name)) }
}

/// The least number of letters added, removed, replaced or swapped with their neighbour (optimal string alignment).
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
