import Foundation

/// A figure of an evaluation: its name, its meaning, and which values are better.
public struct Figure: Hashable, Sendable {
  /// Which values are better.
  public enum Direction: Sendable {
    case higher, lower

    /// Whether `a` is the better of two values; equal ones are not.
    package func isBetter(_ a: Double, than b: Double) -> Bool { self == .higher ? a > b : a < b }
  }

  /// Its name in JSON and in `log.csv`.
  public let name: String
  /// What the figure is, for people.
  public let meaning: String
  /// Which values are better; `nil` for a threshold, at which another figure was found.
  public var better: Direction?
  /// The decimals that people may be shown: none of a count, six at least of what is always small.
  var decimals = 0...17
  /// Whether it stands beside figures that say the same at a glance: lines about the way of a training leave it out.
  package var isDetail = false

  /// Whether the figure is a threshold, at which another was found.
  package var isThreshold: Bool { better == nil }

  /// A value for people to read, with this many decimals where the figure allows them.
  package func text(_ value: Double, decimals count: Int) -> String {
    String(format: "%.\(min(max(count, decimals.lowerBound), decimals.upperBound))f", value)
  }
}

extension Figure {
  /// The same of labels of classes, of which it takes all but 0 as one: the name says so.
  package var ofForeground: Figure {
    Figure(
      name: "foreground-\(name)", meaning: "\(meaning); all classes but 0 as one", better: better,
      decimals: decimals, isDetail: isDetail)
  }

  /// The figures of all metrics, for as many classes as 8-bit labels tell apart, in the order of a table's rows.
  package static let allCases: [Figure] = {
    var known: Set<Figure> = []
    return Metric.allCases.flatMap { metric in
      metric.knowsClasses
        ? metric.figures(of: .classes, classes: 255) : metric.figures + metric.figures.map(\.ofForeground)
    }.filter { known.insert($0).inserted }
  }()

  /// The place of each in that order.
  static let places = Dictionary(uniqueKeysWithValues: zip(allCases, 0...))
}
