import Foundation
import UNetOptions
import Yams

extension YAMLValue {
  /// The single document in `text`, with places in `file`; an empty one counts as a mapping without keys.
  package static func document(_ text: String, file: String) throws -> YAMLValue {
    // A byte order mark, which YAML allows and Yams does not.
    let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    return try parse(text, key: "", failurePlace: { "\(file):\($0)" }, place: { "\(file):\($0)" })
      ?? YAMLValue(key: "", place: "\(file):1", content: .mapping([]))
  }

  /// Replaces or adds what an override `key.key=value` names; the value is YAML as well.
  package mutating func override(_ override: String) throws {
    let place = "override \(override)"
    let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let keys = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !keys.contains("") else {
      throw ConfigurationError(place, "give a key and its value, such as training.rate=0.01")
    }
    let key = String(parts[0])
    let value = try Self.parse(
      String(parts[1]), key: key, failurePlace: { _ in place }, place: { _ in place })
    try set(keys[...], to: value ?? YAMLValue(key: key, place: place, content: .scalar("", isQuoted: false)))
  }

  private mutating func set(_ keys: ArraySlice<String>, to value: YAMLValue) throws {
    guard let name = keys.first else {
      self = value
      return
    }
    guard case .mapping(var entries) = content else {
      let error = mismatch("keys with values")
      throw key.isEmpty ? error : ConfigurationError(value.place, error.problem)
    }
    let index = entries.firstIndex { $0.name == name } ?? entries.count
    if index == entries.count {
      let path = key.isEmpty ? name : "\(key).\(name)"
      let empty = YAMLValue(key: path, place: value.place, content: .mapping([]))
      entries.append(Entry(name: name, place: value.place, value: empty))
    }
    try entries[index].value.set(keys.dropFirst(), to: value)
    content = .mapping(entries)
  }

  private static func parse(
    _ text: String, key: String, failurePlace: (Int) -> String, place: (Int) -> String
  ) throws -> YAMLValue? {
    do {
      var budget = 100_000
      if text.contains("*") { try checkAliases(text, place: place) }
      return try compose(yaml: text).map { try convert($0, key: key, place: place, budget: &budget) }
    } catch let error as YamlError {
      let (line, problem) = explain(error, in: text)
      throw ConfigurationError(failurePlace(line), problem)
    }
  }

  /// The value of a node.  `budget` bounds what aliases of aliases can grow to.
  private static func convert(
    _ node: Node, key: String, place: (Int) -> String, budget: inout Int
  ) throws -> YAMLValue {
    budget -= 1
    let here = place(node.mark?.line ?? 1)
    guard budget > 0 else {
      throw ConfigurationError(here, "has more than 100000 values, those of aliases included: write fewer")
    }
    switch node {
    case .scalar(let scalar):
      return YAMLValue(
        key: key, place: here, content: .scalar(scalar.string, isQuoted: scalar.style != .plain))
    case .sequence(let nodes):
      let values = try nodes.map { try convert($0, key: key, place: place, budget: &budget) }
      return YAMLValue(key: key, place: here, content: .list(values))
    case .mapping(let pairs):
      let entries = try pairs.map { name, node in
        let keyPlace = place(name.mark?.line ?? 1)
        guard let name = name.scalar?.string else {
          throw ConfigurationError(keyPlace, "a key must be a word")
        }
        let path = key.isEmpty ? name : "\(key).\(name)"
        let value = try convert(node, key: path, place: place, budget: &budget)
        return Entry(name: name, place: keyPlace, value: value)
      }
      return YAMLValue(key: key, place: here, content: .mapping(entries))
    case .alias: throw ConfigurationError(here, "an alias has no value: write it out")
    }
  }

  /// Refuses an alias as a key before the parser compares keys, which takes for ever where aliases of aliases are many.
  ///
  /// The text is parsed with a letter in place of each `*`, so that aliases are words.
  private static func checkAliases(_ text: String, place: (Int) -> String) throws {
    let letter = "\u{E000}"
    guard let root = try? compose(yaml: text.replacingOccurrences(of: "*", with: letter)) else { return }
    func check(_ node: Node) throws {
      switch node {
      case .sequence(let nodes): for node in nodes { try check(node) }
      case .mapping(let pairs):
        for (name, value) in pairs {
          let isAlias = name.scalar.map { $0.style == .plain && $0.string.hasPrefix(letter) }
          guard isAlias == false else {
            throw ConfigurationError(place(name.mark?.line ?? 1), "a key must be a word")
          }
          try check(value)
        }
      case .scalar, .alias: break
      }
    }
    try check(root)
  }

  /// The line and the text for what the parser says of `text`.
  private static func explain(_ error: YamlError, in text: String) -> (line: Int, problem: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      if let line = indentedByTab(in: text, upTo: mark.line + 1) {
        return (line, "is indented by a tab: YAML takes blanks only, put some in its place")
      }
      // The parser expects a letter behind the `*` of an alias.
      let isGlob = problem.contains("alphabetic or numeric")
      let quotes = isGlob ? "; a text that begins with '*' needs quotes" : ""
      return (mark.line, "not YAML (\(problem)): mend it here or just before\(quotes)")
    case .duplicatedKeysInMapping(let names, let context):
      return (context.mark.line, "key '\(names.first ?? "")' is given twice: keep one")
    case .reader(let problem, let offset, _, let yaml):
      let line = offset.map { 1 + yaml.prefix($0).count(where: \.isNewline) } ?? 1
      return (line, "not YAML (\(problem)): remove the character")
    default: return (1, "not YAML (\(error))")
    }
  }

  /// The last line up to this one that has a tab among the blanks before its first letter.
  private static func indentedByTab(in text: String, upTo line: Int) -> Int? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).prefix(line)
    return lines.lastIndex { $0.prefix { $0 == " " || $0 == "\t" }.contains("\t") }.map { $0 + 1 }
  }
}
