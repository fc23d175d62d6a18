import ArgumentParser
import UNetConfiguration

/// A number as the value of a flag.
protocol FlagNumber: CustomStringConvertible, Sendable {
  /// What the value must be where `text` is no such number.
  static func words(insteadOf text: String) -> String
  /// The number that a text is.
  static func number(_ text: String) -> Self?
}

extension Int: FlagNumber {
  static func words(insteadOf text: String) -> String { wholeWords(insteadOf: text) }
  static func number(_ text: String) -> Int? { wholeNumber(text) }
}

extension Double: FlagNumber {
  static func words(insteadOf text: String) -> String { decimalWords(insteadOf: text) }
  static func number(_ text: String) -> Double? { decimalNumber(text) }
}

extension FlagNumber {
  fileprivate static func read(_ text: String) throws -> Self {
    guard let number = number(text) else { throw ValidationError("must be \(words(insteadOf: text))") }
    return number
  }
}

// Values that begin with a minus sign are read too, so that the bounds answer them and not "missing value".
extension Option where Value: FlagNumber {
  /// A number with a default.
  init(wrappedValue: Value, number help: ArgumentHelp) {
    var help = help
    help.abstract += " (default: \(wrappedValue))"
    self.init(wrappedValue: wrappedValue, parsing: .unconditional, help: help, transform: Value.read)
  }
}

extension Option {
  /// A number that may be left out.
  init<Number: FlagNumber>(number help: ArgumentHelp) where Value == Number? {
    self.init(parsing: .unconditional, help: help, transform: Number.read)
  }
}
