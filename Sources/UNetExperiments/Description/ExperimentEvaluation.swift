import UNetConfiguration
import UNetData
import UNetEvaluation

extension Experiment {
  /// How held-out images are evaluated.
  package struct EvaluationSettings: Equatable, Sendable {
    /// nil for those that labels of the experiment's kind have (`Metric.standard`).
    package var metrics: [Metric]?
    package var every = 1000

    package static let options = OptionTable<EvaluationSettings>([
      .init(
        "metrics", \.metrics, metrics,
        "The metrics to compute on held-out images; `auto` follows `data.kind`: "
          + LabelKind.allCases.map { "\($0.rawValue) `\(words(Metric.standard(for: $0)))`" }
          .joined(separator: ", ") + "."),
      .init("every", \.every, .integer(.from(1)), "Steps between evaluations; the last step has one too."),
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
}
