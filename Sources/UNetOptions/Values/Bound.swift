/// The numbers that a key accepts.
package struct Bound: Sendable {
  /// What they are, as in "must be greater than 0".
  package let words: String
  /// Whether a number is one of them.
  package let holds: @Sendable (Double) -> Bool

  /// The numbers for which `holds` is true.
  package init(_ words: String, _ holds: @escaping @Sendable (Double) -> Bool) {
    (self.words, self.holds) = (words, holds)
  }

  /// As a Float32 as well.
  package static let positive = Bound("greater than 0") { Float($0) > 0 }
  /// Greater than 0 and at most `most`.
  package static func aboveZero(to most: Int) -> Bound {
    Bound("greater than 0 and at most \(most)") { $0 > 0 && $0 <= Double(most) }
  }
  package static let notNegative = Bound("0 or greater") { $0 >= 0 }
  /// Less than 1 when rounded to Float32 as well.
  package static let fraction = Bound("at least 0 and less than 1") { $0 >= 0 && Float($0) < 1 }

  /// `least` or greater, and at most `most` where that is given.
  package static func from(_ least: Int, to most: Int? = nil) -> Bound {
    guard let most else { return Bound("\(least) or greater") { $0 >= Double(least) } }
    return Bound("from \(least) to \(most)") { $0 >= Double(least) && $0 <= Double(most) }
  }
}
