import UNetEvaluation

/// A column of a table, and what fills it.
struct TableColumn {
  enum Content: Equatable {
    /// A figure of the held-out images, of one that goes through thresholds the best of them.
    case figure(Figure)
    /// The same at the threshold of the experiment, which these images did not choose (`RowPredictions`).
    case atOwnThreshold(Figure)
    /// A figure at the threshold that is best for these very images, which nobody knows beforehand.
    case withHindsight(Figure)
    /// The seconds that a picture of 512² pixels takes to predict.
    case seconds

    var isAtOwnThreshold: Bool { if case .atOwnThreshold = self { true } else { false } }

    /// Whether brackets hold the least and the greatest of all trainings, and not an interval.
    var isRange: Bool {
      switch self {
      case .figure, .atOwnThreshold: false
      case .withHindsight, .seconds: true
      }
    }
  }
  let column: ResultTable.Column
  let content: Content
  /// The set of images whose rows fill it; `nil`: every row does.
  let set: String?

  init(_ title: String, _ digits: Int, _ content: Content, set: String? = nil) {
    column = ResultTable.Column(title: title, digits: digits, isRange: content.isRange)
    (self.content, self.set) = (content, set)
  }

  /// A column of a figure under its own name.
  init(_ figure: Figure) { self.init(figure.name, figure.leastDecimals, .figure(figure)) }

  /// Whether a row has something for it.
  func isFilled(by row: ReproductionPlan.Row) -> Bool { set.map { $0 == row.column } ?? true }

  /// The figure that is in it.
  var figure: Figure? {
    switch content {
    case .figure(let figure), .atOwnThreshold(let figure), .withHindsight(let figure): figure
    case .seconds: nil
    }
  }
}

extension [TableColumn] {
  /// What is computed of held-out images to fill them.
  var metrics: [Metric] {
    let figures = compactMap(\.figure)
    return Metric.allCases.filter { metric in
      metric.figures(of: .membranes).contains(where: figures.contains)
        || metric.figures(of: .classes, classes: 255).contains(where: figures.contains)
    }
  }
}

extension Figure {
  /// Decimals that tell values apart: six of what is always small, else four.
  fileprivate var leastDecimals: Int { text(0, decimals: 4).count - 2 }
}
