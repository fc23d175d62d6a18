import UNetData

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
  /// Whether the figures tell classes apart.  Those of others take all classes but 0 as one, and stand for labels of classes
  /// under names that say so (`Figure.ofForeground`).
  var knowsClasses = false
  /// Metrics that tell classes apart, whose figures stand before those for labels of classes.
  var ofClasses: [Metric] = []
  /// Sets the figures of these frames.
  let evaluate: @Sendable (FrameSelection, inout Evaluation) -> Void
}

extension Metric {
  /// The figures that this metric gives of labels of a kind, in the order of the rows of a table; of so many classes, where
  /// the labels are classes.
  package func figures(of kind: LabelKind, classes: Int = 2) -> [Figure] {
    guard kind == .classes, !knowsClasses else {
      let classes = kind == .classes ? classes : 2
      return (1..<max(1, classes)).flatMap(figuresOfClass) + figures
    }
    return ofClasses.flatMap { $0.figures(of: kind, classes: classes) } + figures.map(\.ofForeground)
  }

  /// What is counted of frames whose labels are of a kind.
  func needs(of kind: LabelKind) -> [any Measurement.Type] {
    needs + (kind == .classes ? ofClasses.flatMap(\.needs) : [])
  }

  /// Sets the figures of frames whose labels are of a kind, and names those that these frames do not have.
  func evaluate(_ frames: FrameSelection, of kind: LabelKind, _ result: inout Evaluation) {
    if kind != .classes || knowsClasses {
      evaluate(frames, &result)
    } else {
      for metric in ofClasses { metric.evaluate(frames, &result) }
      var pooled = Evaluation()
      evaluate(frames, &pooled)
      for (figure, value) in pooled.rows { result[figure.ofForeground] = value }
    }
    for figure in figures(of: kind, classes: frames.classes) where result[figure] == nil {
      result.undefined.insert(figure)
    }
  }

  /// What is computed where nothing is said: figures that labels of a kind can have, and that tell its mistakes apart.
  package static func standard(for kind: LabelKind) -> [Metric] {
    switch kind {
    case .membranes: [.pixel, .iou, .seg]
    case .instances: [.iou, .seg, .averagePrecision, .aggregatedJaccard, .panopticQuality]
    case .classes: [.wrongPixels, .dice]
    }
  }
}

extension [Metric] {
  /// The figures of all of them, each once.
  package func figures(of kind: LabelKind, classes: Int = 2) -> [Figure] {
    var known: Set<Figure> = []
    return flatMap { $0.figures(of: kind, classes: classes) }.filter { known.insert($0).inserted }
  }
}

extension Metric: CaseIterable, RawRepresentable, Hashable, CustomStringConvertible {
  /// All metrics, in the order in which their figures stand in tables.
  public static let allCases: [Metric] = [
    .wrongPixels, .dice, .pixel, .rand, .warping, .vrand, .vinfo, .iou, .seg, .averagePrecision,
    .aggregatedJaccard, .panopticQuality, .calibration,
  ]

  /// Its word.
  public var description: String { rawValue }

  /// The metric of this word.
  public init?(rawValue: String) {
    guard let metric = Metric.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = metric
  }

  /// Equal in their word.
  public static func == (a: Metric, b: Metric) -> Bool { a.rawValue == b.rawValue }

  /// By its word.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
