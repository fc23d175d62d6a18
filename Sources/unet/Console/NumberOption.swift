import ArgumentParser

/// A number as the value of a flag.
protocol FlagNumber: LosslessStringConvertible, Sendable {
  /// What the value must be.
  static var words: String { get }
}

extension Int: FlagNumber { static let words = "a whole number" }
extension Double: FlagNumber { static let words = "a number" }

extension FlagNumber {
  fileprivate static func read(_ text: String) throws -> Self {
    guard let number = Self(text) else { throw ValidationError("must be \(words)") }
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
