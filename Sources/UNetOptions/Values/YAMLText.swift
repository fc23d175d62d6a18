/// YAML to be written: keys in the order given, lists in one line.
package indirect enum YAMLText {
  case scalar(String)
  case decimal(Double)
  case list([String])
  case section([(key: String, value: YAMLText)])
  /// The default of a key that experiments of earlier versions lack.
  case later(YAMLText)

  /// A text, quoted where it needs to be.
  package static func text(_ text: String) -> YAMLText { .scalar(quoted(text)) }
  /// A whole number.
  package static func number(_ number: Int) -> YAMLText { .scalar("\(number)") }

  /// What stands behind the key in its line, decimal numbers in the fewest digits that give them back; nil for a section.
  package var inline: String? {
    switch self {
    case .scalar(let text): text
    case .decimal(let x): x == x.rounded() && abs(x) < 1e15 ? "\(Int(x))" : "\(x)"
    case .list(let texts): "[\(texts.joined(separator: ", "))]"
    case .section(let entries): entries.isEmpty ? "{}" : nil
    case .later(let text): text.inline
    }
  }

  /// A scalar as models have it in their metadata, decimal numbers with their point.
  var plain: String? {
    switch self {
    case .decimal(let number): "\(number)"
    case .later(let text): text.plain
    default: inline
    }
  }

  /// What stands behind each key, of a section and those inside it, with the keys that lead there joined by dots.
  package var leaves: [(key: String, text: String)] {
    switch self {
    case .later(let text): text.leaves
    case .section(let entries) where !entries.isEmpty:
      entries.flatMap { key, value in
        value.leaves.map { ($0.key.isEmpty ? key : "\(key).\($0.key)", $0.text) }
      }
    default: [("", inline ?? "")]
    }
  }

  /// A section as earlier versions wrote it, where nothing that they lack is away from its default.
  package var asBefore: YAMLText {
    guard case .section(let entries) = self else { return self }
    return .section(
      entries.compactMap { key, value in
        if case .later = value { nil } else { (key, value.asBefore) }
      })
  }

  /// The lines of a section, indented by `indent` blanks.
  package func lines(indent: Int = 0) -> String {
    if case .later(let text) = self { return text.lines(indent: indent) }
    guard case .section(let entries) = self else { return "" }
    return entries.map { key, value in
      let head = String(repeating: " ", count: indent) + Self.quoted(key) + ":"
      return value.inline.map { "\(head) \($0)\n" } ?? "\(head)\n\(value.lines(indent: indent + 2))"
    }.joined()
  }

  /// `text` as it may stand anywhere in YAML.
  package static func quoted(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy { isWord($0) || $0 == "-" }
    if plain, let first = text.unicodeScalars.first, isWord(first), text != "null" { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case " "..."~": result.unicodeScalars.append(scalar)
      case _ where scalar.properties.isAlphabetic: result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return result + "\""
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "/": true
    default: false
    }
  }
}
