import UNetConfiguration
import UNetData
import UNetEvaluation
import UNetNetworks
import UNetPrediction

extension Experiment {
  /// How images are segmented; `options` says what each value is.
  package struct PredictionSettings: Equatable, Sendable {
    package var tile: Int
    package var threshold = 0.5
    package var averaging = TestTimeAugmentation.none
    package var instances = InstanceOptions()

    package static let options = OptionTable<PredictionSettings>(
      [
        .init(
          "tile", \.tile, .integer(.tile), standard: "`training.tile`",
          "Pixels a side of the tiles in which images are segmented; the model keeps it."),
        .threshold(\.threshold),
      ] + TestTimeAugmentation.options.rows.map { $0.at(\.averaging) } + [
        .init(
          "instances", \.instances, .section(InstanceOptions.options),
          "How the foreground becomes instances: 4-connected regions, changed by these keys in this order.")
      ])
  }

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
