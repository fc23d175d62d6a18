/// Counts of several sets of pixels or pairs, which can be added.
protocol Summable {
  /// Nothing counted.
  init()
  /// What is counted.
  static var parts: [WritableKeyPath<Self, Int> & Sendable] { get }
}

extension Summable {
  /// The counts of both together.
  static func + (a: Self, b: Self) -> Self {
    var sum = a
    for part in parts { sum[keyPath: part] += b[keyPath: part] }
    return sum
  }
}

extension Sequence where Element: Summable {
  /// The counts of all together.
  var sum: Element { reduce(Element(), +) }
}
