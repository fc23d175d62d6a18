/// The options of a value, each said once: reading and writing YAML, a model's metadata, the command's flags and the
/// tables of the documentation come from these rows.
package struct OptionTable<Root>: Sendable {
  /// The options, in the order in which they are read and written.
  package let rows: [OptionRow<Root>]

  /// These options.
  package init(_ rows: [OptionRow<Root>]) { self.rows = rows }

  /// The keys of the options.
  package var keys: [String] { rows.map(\.key) }

  /// The option at this key, which must be one of the table's.
  package subscript(key: String) -> OptionRow<Root> {
    guard let row = rows.first(where: { $0.key == key }) else { preconditionFailure("no option \(key)") }
    return row
  }

  /// Gives `root` what the mapping `value` says, which may have no other keys.
  /// - Throws: `ConfigurationError`.
  @discardableResult package func read(_ value: YAMLValue, into root: inout Root) throws -> YAMLMapping {
    let mapping = try YAMLMapping(value, keys: keys)
    try read(mapping, into: &root)
    return mapping
  }

  /// Gives `root` what `mapping` says at the table's keys; it may have others.
  /// - Throws: `ConfigurationError`.
  package func read(_ mapping: YAMLMapping, into root: inout Root) throws {
    for row in rows {
      if let value = mapping[row.key] { try row.read(value, &root) }
    }
  }

  /// Every option of `root` with its key.
  package func yaml(of root: Root) -> [(key: String, value: YAMLText)] {
    rows.compactMap { row in row.write(root).map { (row.key, $0) } }
  }

  /// The documentation of every option, and of those inside them, under the keys `path`; defaults are those of `root`.
  package func documentation(of root: Root, under path: String) -> [OptionDocumentation] {
    rows.flatMap { $0.documentation(of: root, under: path) }
  }
}

/// An option: its key, its type with the bounds, what it means.
package struct OptionRow<Root>: Sendable {
  /// The key.
  package let key: String
  /// What the option does, in Markdown: sentences.
  package let meaning: String
  /// Whether models have it in their metadata.
  let inModel: OptionInModel<Root>
  private let words: String
  private let standard: String?
  /// Gives `Root` the value that stands there.
  package let read: @Sendable (YAMLValue, inout Root) throws -> Void
  /// The text of the option's value; nil where there is nothing to write.
  let write: @Sendable (Root) -> YAMLText?
  private let inner: @Sendable (String, Root) -> [OptionDocumentation]

  /// The option whose value lies at `path`.
  ///
  /// `standard` are the words for a default that depends on other options; `then` is called after reading.
  package init<Value>(
    _ key: String, _ path: WritableKeyPath<Root, Value> & Sendable, _ type: OptionType<Value>,
    inModel: OptionInModel<Root> = .required, inHash: OptionInHash<Value> = .always,
    standard: String? = nil, _ meaning: String,
    then: (@Sendable (YAMLValue, inout Root) throws -> Void)? = nil
  ) {
    (self.key, self.meaning, self.inModel) = (key, meaning, inModel)
    (words, self.standard) = (type.words, standard)
    read = { value, root in
      root[keyPath: path] = try type.read(value, root[keyPath: path])
      try then?(value, &root)
    }
    let unhashed = inHash.lines(type)
    write = { type.write($0[keyPath: path]).later(ifLines: unhashed) }
    inner = { type.inner($0, $1[keyPath: path]) }
  }

  /// An option that belongs to one form of a value: `write` is nil for the others.  It is read by the code beside the
  /// table, with the keys that it needs or excludes.
  package init<Value>(
    _ key: String, ofForm write: @escaping @Sendable (Root) -> Value?, _ type: OptionType<Value>,
    inHash: OptionInHash<Value> = .always, standard: String, _ meaning: String
  ) {
    (self.key, self.meaning, inModel) = (key, meaning, .required)
    (words, self.standard) = (type.words, standard)
    read = { _, _ in }
    let unhashed = inHash.lines(type)
    self.write = { write($0).map { type.write($0).later(ifLines: unhashed) } }
    inner = { key, root in write(root).map { type.inner(key, $0) } ?? [] }
  }

  private init<Part>(_ row: OptionRow<Part>, _ path: WritableKeyPath<Root, Part> & Sendable) {
    (key, meaning, words, standard) = (row.key, row.meaning, row.words, row.standard)
    inModel = row.inModel.at(path)
    read = { try row.read($0, &$1[keyPath: path]) }
    write = { row.write($0[keyPath: path]) }
    inner = { row.inner($0, $1[keyPath: path]) }
  }

  /// The same option of a value that has `Root` as a part.
  package func at<Whole>(_ path: WritableKeyPath<Whole, Root> & Sendable) -> OptionRow<Whole> {
    OptionRow<Whole>(self, path)
  }

  /// Its line of the documentation, and those of the options inside it.
  func documentation(of root: Root, under path: String) -> [OptionDocumentation] {
    let (key, text) = (path.isEmpty ? key : "\(path).\(key)", write(root)?.inline)
    let own = OptionDocumentation(
      key: key, words: words, standard: standard ?? text.map { "`\($0)`" } ?? "", meaning: meaning)
    return [own] + inner(key, root)
  }
}

/// What the documentation says of an option.
package struct OptionDocumentation: Hashable, Sendable {
  /// The keys that lead to it, joined by dots.
  package let key: String
  /// What it may be, its default, and what it means, each in Markdown.
  let words: String, standard: String, meaning: String

  /// The table of `options` in Markdown.
  package static func markdown(_ options: [OptionDocumentation]) -> String {
    options.reduce("| key | value | default | meaning |\n|---|---|---|---|\n") {
      $0 + "| `\($1.key)` | \($1.words) | \($1.standard) | \($1.meaning) |\n"
    }
  }
}
