// Numbers as people write them in YAML and behind flags.

/// The finite number that `text` is in decimal digits; nil where it is none.
package func decimalNumber(_ text: String) -> Double? {
  guard text.allSatisfy({ "0123456789+-.eE".contains($0) }), let number = Double(text) else { return nil }
  return number.isFinite ? number : nil
}

/// The whole number that `text` is, such as `12`, `1e4` or `2.0`; nil where it is none.
package func wholeNumber(_ text: String) -> Int? {
  if let number = Int(text) { return number }
  // Beyond 2^53 a decimal number need not be the one that was written.
  guard let number = decimalNumber(text), abs(number) <= 0x1p53 else { return nil }
  return Int(exactly: number)
}

/// What `text`, which is no number, must be: `a number with a decimal point, such as 0.5`, where it has a comma.
package func decimalWords(insteadOf text: String) -> String {
  let parts = text.split(separator: ",", omittingEmptySubsequences: false)
  guard parts.count == 2, let number = decimalNumber(parts.joined(separator: ".")) else { return "a number" }
  return "a number with a decimal point, such as \(number)"
}

/// What `text`, which is no whole number, must be: `a whole number without a comma`, where it has one.
package func wholeWords(insteadOf text: String) -> String {
  text.contains(",") ? "a whole number without a comma" : "a whole number"
}
