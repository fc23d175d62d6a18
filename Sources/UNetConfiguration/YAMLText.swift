/// YAML to be written: keys in the order given, lists in one line.
package indirect enum YAMLText {
  case scalar(String)
  case list([String])
  case section([(key: String, value: YAMLText)])

  /// A text, quoted where it needs to be.
  package static func text(_ text: String) -> YAMLText { .scalar(quoted(text)) }
  /// A number, in the fewest digits that give it back.
  package static func number(_ number: Double) -> YAMLText {
    .scalar(number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)")
  }
  /// A whole number.
  package static func number(_ number: Int) -> YAMLText { .scalar("\(number)") }
  /// `true` or `false`.
  package static func flag(_ flag: Bool) -> YAMLText { .scalar("\(flag)") }

  /// The lines of a section, indented by `indent` blanks.
  package func lines(indent: Int = 0) -> String {
    guard case .section(let entries) = self else { return "" }
    return entries.map { key, value in
      let head = String(repeating: " ", count: indent) + Self.quoted(key) + ":"
      switch value {
      case .scalar(let text): return "\(head) \(text)\n"
      case .list(let texts): return "\(head) [\(texts.joined(separator: ", "))]\n"
      case .section(let entries) where entries.isEmpty: return "\(head) {}\n"
      case .section: return "\(head)\n\(value.lines(indent: indent + 2))"
      }
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
