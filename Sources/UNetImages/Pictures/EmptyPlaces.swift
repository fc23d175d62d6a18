/// Places without data: many pixels of one negative value so far below all others that these look alike once they are
/// normalised, such as -9999 beside heights from 200 to 400.
package struct EmptyPlaces: Sendable, Equatable {
  /// The share of the values that they have, from 0 to 1, and the value.
  package let share: Double, value: Float
  /// The range of all other values.
  package let others: ClosedRange<Float>

  /// Nil where there are none: a hundredth of the values must be the least, negative as no other is, and as far from the
  /// next as five times the range of the others.
  package init?(_ image: some ImageRows) {
    var least = Float.infinity
    image.forEachRows { for x in $0 { least = min(least, x) } }
    guard least < 0 else { return nil }
    var (count, low, high) = (0, Float.infinity, -Float.infinity)
    image.forEachRows { values in
      for x in values {
        if x == least { count += 1 } else { (low, high) = (min(low, x), max(high, x)) }
      }
    }
    share = Double(count) / Double(image.height * image.width * image.channels)
    guard share >= 0.01, low >= 0, low <= high, low - least > 5 * (high - low) else { return nil }
    (value, others) = (least, low...high)
  }
}
