/// What the value of an option may be: the words for it, how it is read, how it is written.
package struct OptionType<Value>: Sendable {
  /// What it may be, in Markdown: "whole number, 1 or greater".
  let words: String
  /// The value that stands there; the second argument is the one that holds where nothing is given.
  package let read: @Sendable (YAMLValue, Value) throws -> Value
  /// The text of a value; reading it gives the value back.
  package let write: @Sendable (Value) -> YAMLText
  /// The documentation of the options inside a value at this key.
  let inner: @Sendable (String, Value) -> [OptionDocumentation]

  /// A type without options of its own inside.
  package init(
    _ words: String, write: @escaping @Sendable (Value) -> YAMLText,
    read: @escaping @Sendable (YAMLValue) throws -> Value
  ) {
    (self.words, self.write) = (words, write)
    (self.read, inner) = ({ value, _ in try read(value) }, { _, _ in [] })
  }

  private init(
    _ words: String, write: @escaping @Sendable (Value) -> YAMLText,
    inner: @escaping @Sendable (String, Value) -> [OptionDocumentation],
    read: @escaping @Sendable (YAMLValue, Value) throws -> Value
  ) {
    (self.words, self.write, self.inner, self.read) = (words, write, inner, read)
  }

  /// A mapping with the options of `table`, each as it was where it is left out; `checked` is called after reading, for
  /// what no option can check alone.
  package static func section(
    _ table: OptionTable<Value>,
    checked: (@Sendable (YAMLMapping, inout Value) throws -> Void)? = nil
  ) -> OptionType {
    OptionType(
      "the keys below", write: { .section(table.yaml(of: $0)) },
      inner: { table.documentation(of: $1, under: $0) },
      read: { value, current in
        var result = current
        let mapping = try table.read(value, into: &result)
        try checked?(mapping, &result)
        return result
      })
  }

  /// This type, or the word `none` for the value `none`.
  package func orNone(_ none: Value) -> OptionType where Value: Equatable & Sendable {
    OptionType(
      "`none`, or \(words)", write: { $0 == none ? .text("none") : write($0) }, inner: inner,
      read: { $0.isWord("none") ? none : try read($0, $1) })
  }

  /// `type`, or the word `none` for nil; `standard` is what a mapping changes where there was nothing.
  package static func orNone<Wrapped: Sendable>(_ type: OptionType<Wrapped>, _ standard: Wrapped)
    -> OptionType
  where Value == Wrapped? {
    OptionType(
      "`none`, or \(type.words)", write: { $0.map(type.write) ?? .text("none") },
      inner: { type.inner($0, $1 ?? standard) },
      read: { $0.isWord("none") ? nil : try type.read($0, $1 ?? standard) })
  }
}

extension OptionType where Value == Int {
  /// A whole number within `bound`.
  package static func integer(_ bound: Bound) -> Self {
    .init("whole number, \(bound.words)", write: { .number($0) }, read: { try $0.integer(bound) })
  }

  /// One of these whole numbers.
  package static func integer(of allowed: [Int]) -> Self {
    let words = alternatives(allowed.map(String.init))
    return .init(words, write: { .number($0) }) { value in
      guard let number = try? value.integer(Bound(words) { allowed.contains(Int($0)) }) else {
        throw value.mismatch(words)
      }
      return number
    }
  }
}

extension OptionType where Value == Double {
  /// A decimal number within `bound`.
  package static func number(_ bound: Bound) -> Self {
    .init("number, \(bound.words)", write: { .decimal($0) }, read: { try $0.number(bound) })
  }
}

extension OptionType where Value == Bool {
  /// `true` or `false`.
  package static var flag: Self {
    .init("`true` or `false`", write: { .scalar("\($0)") }, read: { try $0.flag() })
  }
}

extension OptionType where Value == String {
  /// Any text but the empty one.
  package static var text: Self { .init("text", write: { .text($0) }, read: { try $0.text() }) }
}

extension OptionType where Value: RawRepresentable<String> & CaseIterable & Sendable {
  /// One of the words of `Value`.
  package static var choice: Self {
    let words = alternatives(Value.allCases.map { "`\($0.rawValue)`" })
    return .init(words, write: { .text($0.rawValue) }, read: { try $0.choice() })
  }
}
