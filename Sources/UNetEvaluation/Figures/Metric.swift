/// What `evaluation.metrics` of an experiment and `unet evaluate --metrics` can ask for.
///
/// A metric is a value in a file of its own in Metrics/ and a place in `allCases`: all lists of metrics and figures
/// follow from there.
public struct Metric: Sendable {
  /// Its word.
  public let rawValue: String
  /// What it is, in lines of at most 70 characters.
  public let summary: String
  /// The figures that each class but 0 has, which stand first.
  var figuresOfClass: @Sendable (Int) -> [Figure] = { _ in [] }
  /// The figures whatever the classes.
  let figures: [Figure]
  /// What is counted of each frame.
  let needs: [any Measurement.Type]
  /// What a table of thresholds can show of these counts.
  var columns: [ThresholdTable.Column] = []
  /// Sets the figures of these frames.
  let evaluate: @Sendable (FrameSelection, inout Evaluation) -> Void

  /// The figures that this metric gives of so many classes, in the order of the rows of a table.
  package func figures(classes: Int) -> [Figure] {
    (1..<max(1, classes)).flatMap(figuresOfClass) + figures
  }
}

extension Metric: CaseIterable, RawRepresentable, Hashable, CustomStringConvertible {
  /// All metrics, in the order in which their figures stand in tables.
  public static let allCases: [Metric] = [.pixel, .rand, .warping, .vrand, .vinfo, .iou, .seg, .dice]

  /// Its word.
  public var description: String { rawValue }

  /// The metric of this word.
  public init?(rawValue: String) {
    guard let metric = Metric.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = metric
  }
}
