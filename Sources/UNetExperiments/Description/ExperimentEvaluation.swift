import UNetConfiguration
import UNetData
import UNetEvaluation

extension Experiment {
  /// How held-out images are evaluated.
  package struct EvaluationSettings: Equatable, Sendable {
    /// nil for those that labels of the experiment's kind have (`Metric.standard`).
    package var metrics: [Metric]?
    package var every = 1000
    package var best: String?

    package static let options = OptionTable<EvaluationSettings>([
      .init(
        "metrics", \.metrics, metrics,
        "The metrics to compute on held-out images; `auto` follows `data.kind`: "
          + LabelKind.allCases.map { "\($0.rawValue) `\(words(Metric.standard(for: $0)))`" }
          .joined(separator: ", ") + "."),
      .init("every", \.every, .integer(.from(1)), "Steps between evaluations; the last step has one too."),
      .init(
        "best", \.best, .orNone(.text, ""), inHash: .unless(nil),
        "A figure of these metrics, such as `iou`: the model of the evaluation where it is best is kept as well."
      ),
    ])

    private static let metrics = OptionType<[Metric]?>(
      "`auto`, or a list of metrics ([metrics.md](metrics.md))",
      write: { $0.map { .list($0.map(\.rawValue)) } ?? .text("auto") },
      read: { list in
        guard !list.isWord("auto") else { return nil }
        return try list.list().reduce(into: []) { metrics, value in
          let metric = try value.choice(Metric.self)
          guard !metrics.contains(metric) else {
            throw value.failure("has \(metric.rawValue) twice: keep one")
          }
          metrics.append(metric)
        }
      })

    private static func words(_ metrics: [Metric]) -> String {
      "[\(metrics.map(\.rawValue).joined(separator: ", "))]"
    }

    /// What `auto` stood for in every hash before there was the word.
    static let ofHashes: [Metric] = [.pixel, .iou, .seg]
  }
}

extension Experiment {
  /// The metrics to compute on held-out images.
  package var metrics: [Metric] { evaluation.metrics ?? Metric.standard(for: data.kind) }

  /// The figures of held-out images, in the order of tables.
  var figures: [Figure] { metrics.figures(of: data.kind, classes: network.classes) }

  /// The figure by which the best model is chosen; nil where none is.
  var bestFigure: Figure? { figures.first { $0.name == evaluation.best } }

  /// Checks that the figure that `section` names as best is there, and can be.
  func checkBest(of section: YAMLValue) throws {
    guard evaluation.best != nil, let best = try section.mapping().first(where: { $0.name == "best" })?.value
    else { return }
    let names = figures.filter { $0.better != nil }.map(\.name)
    guard names.contains(evaluation.best ?? "") else {
      // Of many classes there are many figures.
      let some = names.count > 16 ? names.prefix(15) + ["another of theirs"] : names
      throw best.mismatch("none or a figure of evaluation.metrics: \(alternatives(some))")
    }
    guard data.holdOut != .none else {
      throw best.failure("is chosen on held-out images, of which there are none: give data.hold-out")
    }
  }
}
