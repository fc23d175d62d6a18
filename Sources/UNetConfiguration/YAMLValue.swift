import Yams

/// A value of a YAML document that knows its key and its place, so that every complaint can name both.
package struct YAMLValue {
  /// What stands there.
  package indirect enum Content {
    case scalar(String, isQuoted: Bool)
    case list([YAMLValue])
    case mapping([Entry])
  }

  /// A key with its value; the key has a place of its own.
  package struct Entry {
    package let name: String
    package let place: String
    package var value: YAMLValue
  }

  /// The keys that lead here, joined by dots; empty for the whole document.
  package let key: String
  /// `file:line`, or the override that it comes from.
  package let place: String
  /// What stands there.
  package var content: Content

  /// An error about this value.
  package func failure(_ problem: String) -> ConfigurationError {
    ConfigurationError(place, "\(key.isEmpty ? "the experiment" : key) \(problem)")
  }

  /// An error that says what was expected and what was found.
  package func mismatch(_ expected: String) -> ConfigurationError {
    failure("must be \(expected), found \(found)")
  }

  /// What stands there, in words.
  private var found: String {
    switch content {
    case .scalar(_, _) where isNull: "nothing"
    case .scalar(let text, isQuoted: true): "the quoted text '\(text)'"
    case .scalar(let text, isQuoted: false): "'\(text)'"
    case .list: "a list"
    case .mapping: "keys with values"
    }
  }

  /// Whether nothing stands there.
  private var isNull: Bool {
    guard case .scalar(let text, isQuoted: false) = content else { return false }
    return ["", "~", "null"].contains(text)
  }
}

// What a value must be: each throws an `ConfigurationError` where it is something else.
extension YAMLValue {
  /// Any text, numbers included.
  package func text() throws -> String {
    guard case .scalar(let text, _) = content, !isNull, !text.isEmpty else { throw mismatch("a text") }
    return text
  }

  /// A text, or `nil` for the word `none`.
  package func textOrNone() throws -> String? {
    let text = try text()
    return text == "none" ? nil : text
  }

  /// A finite decimal number within `bound`.
  package func number(_ bound: Bound) throws -> Double {
    guard case .scalar(let text, isQuoted: false) = content,
      text.allSatisfy({ "0123456789+-.eE".contains($0) }),
      let number = Double(text), number.isFinite
    else { throw mismatch("a number") }
    guard bound.holds(number) else { throw mismatch(bound.words) }
    return number
  }

  /// A whole number within `bound`.
  package func integer(_ bound: Bound) throws -> Int {
    guard case .scalar(let text, isQuoted: false) = content, let number = Int(text) else {
      throw mismatch("a whole number")
    }
    guard bound.holds(Double(number)) else { throw mismatch(bound.words) }
    return number
  }

  /// `true` or `false`.
  package func flag() throws -> Bool {
    guard case .scalar(let text, isQuoted: false) = content, let flag = Bool(text) else {
      throw mismatch("true or false")
    }
    return flag
  }

  /// One of the words of `Choice`.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type = Choice.self) throws
    -> Choice
  {
    guard case .scalar(let text, _) = content, let choice = Choice(rawValue: text) else {
      throw mismatch(alternatives(Choice.allCases.map(\.rawValue)))
    }
    return choice
  }

  /// The values of a list; a single scalar counts as a list of one.
  package func list() throws -> [YAMLValue] {
    switch content {
    case .list(let values): return values
    case .scalar where !isNull: return [self]
    default: throw mismatch("a list")
    }
  }

  /// The entries of a mapping.
  package func mapping() throws -> [Entry] {
    guard case .mapping(let entries) = content else { throw mismatch("keys with values") }
    return entries
  }

  /// Whether this is the word `word`.
  package func isWord(_ word: String) -> Bool {
    guard case .scalar(let text, _) = content else { return false }
    return text == word
  }

  /// Whether this is a scalar.
  package var isScalar: Bool {
    guard case .scalar = content else { return false }
    return true
  }
}

/// The numbers that a key accepts.
package struct Bound: Sendable {
  package let words: String
  package let holds: @Sendable (Double) -> Bool

  package static let positive = Bound(words: "greater than 0") { $0 > 0 }
  package static let notNegative = Bound(words: "0 or greater") { $0 >= 0 }
  package static let angle = Bound(words: "true, false or degrees from 0 to 180") { $0 >= 0 && $0 <= 180 }
  package static let scale = Bound(words: "greater than 0 and at most 8") { $0 > 0 && $0 <= 8 }
  package static let fraction = Bound(words: "at least 0 and less than 1") { $0 >= 0 && $0 < 1 }

  package static func from(_ least: Int, to most: Int? = nil) -> Bound {
    guard let most else { return Bound(words: "\(least) or greater") { $0 >= Double(least) } }
    return Bound(words: "from \(least) to \(most)") { $0 >= Double(least) && $0 <= Double(most) }
  }
}

/// `a, b or c`.
package func alternatives(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.joined() }
  return words.dropLast().joined(separator: ", ") + " or " + last
}
