import UNetConfiguration
import UNetEvaluation

extension Experiment {
  /// How held-out images are evaluated.
  package struct EvaluationSettings: Equatable, Sendable {
    package var metrics: [Metric] = [.pixel, .iou, .seg]
    package var every = 1000

    package static let options = OptionTable<EvaluationSettings>([
      .init("metrics", \.metrics, metrics, "The metrics to compute on held-out images."),
      .init("every", \.every, .integer(.from(1)), "Steps between evaluations; the last step has one too."),
    ])

    private static let metrics = OptionType<[Metric]>(
      "list of metrics ([metrics.md](metrics.md))",
      write: { .list($0.map(\.rawValue)) },
      read: { list in
        try list.list().reduce(into: []) { metrics, value in
          let metric = try value.choice(Metric.self)
          guard !metrics.contains(metric) else {
            throw value.failure("has \(metric.rawValue) twice: keep one")
          }
          metrics.append(metric)
        }
      })
  }
}
