/// Whether a model has an option among the strings of its metadata.
package enum OptionInModel<Root>: Sendable {
  /// Every model has it.
  case required
  /// Models of earlier versions lack it, and mean the default.
  case later
  /// None has it: it matters in training alone, and using a model sets it aside.
  case training(setAside: @Sendable (inout Root) -> Void)

  func at<Whole>(_ path: WritableKeyPath<Whole, Root> & Sendable) -> OptionInModel<Whole> {
    switch self {
    case .required: .required
    case .later: .later
    case .training(let setAside): .training { setAside(&$0[keyPath: path]) }
    }
  }
}

extension OptionTable {
  /// The options of `root` as strings by key, those of training left out, and those that came later than hashes (`OptionInHash`)
  /// where they have their default: then a model is the file that it was.
  package func strings(of root: Root) -> [String: String] {
    rows.reduce(into: [:]) { strings, row in
      if case .training = row.inModel { return }
      let text = row.write(root)
      if case .later = text { return }
      strings[row.key] = text?.plain
    }
  }

  /// Gives `root` the options that `strings` has by key; `wrong` makes the error of a key that is wrong or missing.
  package func read(
    strings: [String: String], into root: inout Root, wrong: (_ key: String) -> any Error
  ) throws {
    for row in rows {
      switch (row.inModel, strings[row.key]) {
      case (.training(let setAside), _): setAside(&root)
      case (_, let text?):
        do { try row.read(YAMLValue(key: row.key, text: text), &root) } catch { throw wrong(row.key) }
      case (.later, nil): break
      case (.required, nil): throw wrong(row.key)
      }
    }
  }

  /// Gives `root` the options that `strings` has by key, which may be the values of flags.
  /// - Throws: `ConfigurationError`, whose problem begins with what `name` makes of the key.
  package func read(
    given strings: [String: String], into root: inout Root, name: (_ key: String) -> String = { $0 }
  ) throws {
    for row in rows {
      if let text = strings[row.key] { try row.read(YAMLValue(key: name(row.key), text: text), &root) }
    }
  }
}

extension YAMLValue {
  /// A plain scalar that stands in no file.
  fileprivate init(key: String, text: String) {
    self.init(key: key, place: key, content: .scalar(text, isQuoted: false))
  }
}
