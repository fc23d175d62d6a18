import UNetData
import UNetNumerics

/// The figures of some frames at each of the challenge's thresholds.
package struct ThresholdTable: Equatable, Sendable {
  /// The thresholds, `ThresholdSweep.challenge`.
  package let thresholds = ThresholdSweep.challenge
  /// In front of the names of columns that take all classes but 0 as one.
  package let prefix: String
  private var values: [Column: [Double]] = [:]

  /// A figure at each threshold.
  package struct Column: Sendable {
    /// Its name in CSV.
    package let name: String
    /// Which values are better.
    let better: Figure.Direction
    /// Its values over the thresholds; `nil` where no metric asked for the counts.
    let values: @Sendable (FrameSelection) -> [Double]?

    /// A column of a value of the counts that all frames have at a threshold.
    init<M: Measurement, Counts>(
      _ name: String, _: M.Type, better: Figure.Direction = .higher,
      _ value: @escaping @Sendable ([Counts]) -> Double
    ) where M.Counts == [Counts] {
      (self.name, self.better) = (name, better)
      values = { selection in
        let frames = selection[M.self]
        guard !frames.isEmpty else { return nil }
        return ThresholdSweep.challenge.indices.map { index in value(frames.map { $0[index] }) }
      }
    }
  }

  /// The table of these frames together, whose labels are of a kind.
  init(_ frames: FrameSelection, of kind: LabelKind) {
    prefix = kind == .classes ? "foreground-" : ""
    for column in Column.allCases { values[column] = column.values(frames) }
  }

  /// A column; `nil` where no metric asked for it.
  package subscript(column: Column) -> [Double]? { values[column] }

  /// The columns that exist, a row a threshold, every digit.  Those of labels of classes take all but 0 as one, as their
  /// names say.
  package var csv: String {
    let columns = Column.allCases.filter { values[$0] != nil }
    let names = columns.map { prefix + $0.name }
    let rows = thresholds.indices.map { row in
      [thresholds[row]] + columns.compactMap { values[$0]?[row] }
    }
    return UNetNumerics.csv([["threshold"] + names] + rows.map { $0.map { "\($0)" } })
  }
}

extension ThresholdTable.Column: CaseIterable, Hashable {
  /// The columns of all metrics, in the order of the CSV: those of warping, which has counts of pixels, stand last.
  package static let allCases =
    Metric.allCases.filter { $0 != .warping }.flatMap(\.columns) + Metric.warping.columns

  /// Equal in name.
  package static func == (a: Self, b: Self) -> Bool { a.name == b.name }

  /// By its name.
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
