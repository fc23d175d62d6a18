import UNetConfiguration
import UNetData
import UNetNetworks
import UNetPrediction

extension Experiment {
  /// How images are segmented; `options` says what each value is.
  package struct PredictionSettings: Equatable, Sendable {
    package var tile: Int
    package var decision = Decision()
    /// The probability above which a pixel is foreground, if none is chosen.
    package var threshold: Double {
      get { decision.threshold }
      set { decision = Decision(threshold: newValue, isAutomatic: false) }
    }
    package var averaging = TestTimeAugmentation.none
    package var instances = InstanceOptions()

    package static let options = OptionTable<PredictionSettings>(
      [
        .init(
          "tile", \.tile, .integer(.tile), standard: "`training.tile`, or the least that segments a step",
          "Pixels a side of the tiles in which images are segmented; the model keeps it."),
        .init(
          "threshold", \.decision, Decision.optionType,
          "The probability of foreground above which a pixel is foreground; `auto`: the one by which each evaluation of held-out "
            + "images finds their objects best, 0.5 where none are held out."),
      ] + TestTimeAugmentation.options.rows.map { $0.at(\.averaging) } + [
        .init(
          "instances", \.instances, .section(InstanceOptions.options),
          "How the foreground becomes instances: 4-connected regions, changed by these keys in this order.")
      ])
  }

  /// From which probability on a pixel is foreground.
  package struct Decision: Equatable, Sendable {
    package var threshold = 0.5
    /// Whether held-out images choose another.
    package var isAutomatic = true

    package static let optionType = OptionType<Self>(
      "`auto`, or a number from 0 to 1",
      write: { $0.isAutomatic ? .text("auto") : .decimal($0.threshold) },
      read: { value in
        value.isWord("auto")
          ? Self()
          : Self(threshold: try OptionType<Double>.number(.fraction).read(value, 0.5), isAutomatic: false)
      })
  }
}
