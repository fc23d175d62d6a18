/// Whether the hash of an experiment has an option.
package enum OptionInHash<Value> {
  /// Every hash has it.
  case always
  /// The option came later than hashes that were recorded: a hash has it only where it is away from this, its default.
  case unless(Value)

  /// The lines of the value that a hash leaves out; nil where it leaves out none.
  func lines(_ type: OptionType<Value>) -> String? {
    guard case .unless(let standard) = self else { return nil }
    return type.write(standard).valueLines
  }
}

extension YAMLText {
  /// The value, marked as `later` where its lines are these.
  func later(ifLines lines: String?) -> YAMLText { lines == valueLines ? .later(self) : self }

  fileprivate var valueLines: String { inline ?? lines() }
}
