/// Counts of several sets of pixels or pairs can be added.
protocol Summable {
  /// Nothing counted.
  init()
  /// The counts of both together.
  static func + (a: Self, b: Self) -> Self
}

extension PixelCounts: Summable {}
extension RandCounts: Summable {}
extension WarpingErrors: Summable {}

extension Sequence where Element: Summable {
  /// The counts of all together.
  var sum: Element { reduce(Element(), +) }
}
