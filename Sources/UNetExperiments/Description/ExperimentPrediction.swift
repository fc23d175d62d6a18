import UNetConfiguration
import UNetData
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
          "tile", \.tile, .integer(.tile), standard: "`training.tile`, or the least that segments a step",
          "Pixels a side of the tiles in which images are segmented; the model keeps it."),
        .threshold(\.threshold),
      ] + TestTimeAugmentation.options.rows.map { $0.at(\.averaging) } + [
        .init(
          "instances", \.instances, .section(InstanceOptions.options),
          "How the foreground becomes instances: 4-connected regions, changed by these keys in this order.")
      ])
  }
}
