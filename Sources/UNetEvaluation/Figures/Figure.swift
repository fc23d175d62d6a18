import Foundation

/// A figure of an evaluation.
package struct Figure: Hashable, Sendable {
  /// Which values are better.
  package enum Direction: Sendable { case higher, lower }

  /// Its name in JSON and in `log.csv`.
  package let name: String
  /// What the figure is, for people.
  package let meaning: String
  /// Which values are better; `nil` for a threshold, at which another figure was found.
  package var better: Direction?
  /// The decimals that people may be shown: none of a count, six at least of what is always small.
  var decimals = 0...17

  /// Whether the figure is a threshold, at which another was found.
  package var isThreshold: Bool { better == nil }

  /// A value for people to read, with this many decimals where the figure allows them.
  package func text(_ value: Double, decimals count: Int) -> String {
    String(format: "%.\(min(max(count, decimals.lowerBound), decimals.upperBound))f", value)
  }
}

extension Figure: CaseIterable {
  /// The figures of all metrics, for as many classes as 8-bit labels tell apart, in the order of a table's rows.
  package static let allCases = Metric.allCases.flatMap { $0.figures(classes: 255) }

  /// The place of each in that order.
  static let places = Dictionary(uniqueKeysWithValues: zip(allCases, 0...))
}
