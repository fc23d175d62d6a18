/// What an evaluator keeps of a frame: counts, from which the figures of any selection of frames follow.
package struct FrameStatistics: Equatable, Sendable {
  private var counts: [ObjectIdentifier: any Equatable & Sendable] = [:]

  /// The counts of a measurement; `nil` where no metric asked for it.
  package subscript<M: Measurement>(_: M.Type) -> M.Counts? {
    counts[ObjectIdentifier(M.self)] as? M.Counts
  }

  /// The counts of a measurement at each threshold; none where no metric asked for it.
  package subscript<M: ThresholdMeasurement>(_: M.Type) -> [M.CountsAtThreshold] {
    counts[ObjectIdentifier(M.self)] as? M.Counts ?? []
  }

  /// Counts a frame.
  mutating func measure<M: FrameMeasurement>(_: M.Type, _ frame: MeasuredFrame) {
    counts[ObjectIdentifier(M.self)] = M.counts(of: frame)
  }

  /// Counts a frame at its threshold.
  mutating func measure<M: ThresholdMeasurement>(_: M.Type, _ frame: inout ThresholdedFrame) {
    counts[ObjectIdentifier(M.self)] = [M.counts(of: &frame)]
  }

  /// Adds what was counted at the next threshold.
  mutating func append<M: ThresholdMeasurement>(_: M.Type, of next: FrameStatistics) {
    counts[ObjectIdentifier(M.self)] = self[M.self] + next[M.self]
  }

  /// Equal in all counts.
  package static func == (a: FrameStatistics, b: FrameStatistics) -> Bool {
    func isEqual<Counts: Equatable>(_ x: Counts, _ y: Any?) -> Bool { x == y as? Counts }
    return a.counts.keys == b.counts.keys
      && a.counts.keys.allSatisfy { key in a.counts[key].map { isEqual($0, b.counts[key]) } ?? false }
  }
}

/// The frames whose figures are asked for.
package struct FrameSelection: Sendable {
  /// Their statistics, each as often as the frame is named.
  let frames: [FrameStatistics]

  /// The counts of each frame; none where no metric asked for them.
  subscript<M: Measurement>(_: M.Type) -> [M.Counts] { frames.compactMap { $0[M.self] } }

  /// The number of classes that occur, and two at least: those whose figures are asked for.
  var classes: Int {
    max(2, self[ClassOverlaps.self].lazy.flatMap(\.keys).reduce(0) { max($0, Int($1)) } + 1)
  }

  /// The best value of a column, and the lowest threshold that has it.
  func best(_ column: ThresholdTable.Column) -> (value: Double, threshold: Double)? {
    guard let values = column.values(self) else { return nil }
    let place = values.indices.reduce(0) {
      column.better.isBetter(values[$1], than: values[$0]) ? $1 : $0
    }
    return (values[place], ThresholdSweep.challenge[place])
  }

  /// The value of a column at one of the thresholds.
  func value(_ column: ThresholdTable.Column, at threshold: Double?) -> Double? {
    guard let place = ThresholdSweep.challenge.firstIndex(where: { $0 == threshold }) else { return nil }
    return column.values(self)?[place]
  }
}
