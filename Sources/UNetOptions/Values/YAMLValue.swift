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

    /// The key `name`, which stands at `place`.
    package init(name: String, place: String, value: YAMLValue) {
      (self.name, self.place, self.value) = (name, place, value)
    }
  }

  /// The keys that lead here, joined by dots; empty for the whole document.
  package let key: String
  /// `file:line`, or the override that it comes from.
  package let place: String
  /// What stands there.
  package var content: Content

  /// What stands at a key.
  package init(key: String, place: String, content: Content) {
    (self.key, self.place, self.content) = (key, place, content)
  }

  /// An error about this value.
  package func failure(_ problem: String) -> ConfigurationError {
    ConfigurationError(place, "\(key.isEmpty ? "the text" : key) \(problem)")
  }

  /// An error that says what was expected and what was found.
  package func mismatch(_ expected: String) -> ConfigurationError {
    failure("must be \(expected), found \(found)")
  }

  /// What stands there, in words.
  private var found: String {
    switch content {
    case .scalar(_, _) where isNull: "nothing"
    case .scalar("", isQuoted: true): "an empty text"
    case .scalar(let text, isQuoted: true): "the quoted text '\(text)'"
    case .scalar(let text, isQuoted: false): "'\(text)'"
    case .list: "a list"
    case .mapping: "keys with values"
    }
  }

  /// Whether nothing stands there.
  private var isNull: Bool {
    guard case .scalar(let text, isQuoted: false) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }
}

// What a value must be: each throws an `ConfigurationError` where it is something else.
extension YAMLValue {
  /// Any text, numbers included.
  package func text() throws -> String { try text(besides: []) }

  /// Any text, of several lines too, without blanks at its ends.
  package func paragraph() throws -> String {
    try text(besides: ["\n"]).trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
      .reversed().reduce(into: "") { $0.append($1) }
  }

  private func text(besides allowed: Set<Unicode.Scalar>) throws -> String {
    guard case .scalar(let text, _) = content, !isNull, !text.isEmpty else { throw mismatch("a text") }
    guard
      !text.unicodeScalars.contains(where: {
        $0.properties.generalCategory == .control && !allowed.contains($0)
      })
    else {
      throw mismatch("a text without control characters")
    }
    return text
  }

  /// A finite decimal number within `bound`.
  package func number(_ bound: Bound) throws -> Double {
    guard case .scalar(let text, isQuoted: false) = content, let number = decimalNumber(text) else {
      throw mismatch(decimalWords(insteadOf: plain))
    }
    guard bound.holds(number) else { throw mismatch(bound.words) }
    return number
  }

  /// A whole number within `bound`.
  package func integer(_ bound: Bound) throws -> Int {
    guard case .scalar(let text, isQuoted: false) = content, let number = wholeNumber(text) else {
      throw mismatch(wholeWords(insteadOf: plain))
    }
    guard bound.holds(Double(number)) else { throw mismatch(bound.words) }
    return number
  }

  /// What stands there without quotes.
  private var plain: String {
    guard case .scalar(let text, isQuoted: false) = content else { return "" }
    return text
  }

  /// `true` or `false`, in one of the three ways of YAML 1.2.
  package func flag() throws -> Bool {
    switch content {
    case .scalar("true", isQuoted: false), .scalar("True", isQuoted: false), .scalar("TRUE", isQuoted: false):
      return true
    case .scalar("false", isQuoted: false), .scalar("False", isQuoted: false),
      .scalar("FALSE", isQuoted: false):
      return false
    default: throw mismatch("true or false")
    }
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

/// `a, b or c`.
package func alternatives(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.joined() }
  return words.dropLast().joined(separator: ", ") + " or " + last
}
