/// A mapping of which every key is known.
package struct YAMLMapping {
  private let value: YAMLValue
  private let known: [String]
  private var values: [String: YAMLValue] = [:]

  /// The keys of `value`, which may be only those in `keys`.
  package init(_ value: YAMLValue, keys: [String]) throws {
    (self.value, known) = (value, keys)
    for entry in try value.mapping() {
      guard keys.contains(entry.name) else {
        throw ConfigurationError(entry.place, Self.complaint(entry.name, in: value.key, keys: keys))
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

  private static func complaint(_ name: String, in path: String, keys: [String]) -> String {
    let remedy = nearestName(to: name, among: keys).map { "did you mean '\($0)'?" }
    return "unknown key '\(name)'\(path.isEmpty ? "" : " in \(path)"); "
      + (remedy ?? "known are \(keys.joined(separator: ", "))")
  }
}
