import UNetConfiguration
import UNetData
import UNetEvaluation
import UNetNetworks
import UNetPrediction

extension Experiment {
  /// How images are segmented.
  package struct PredictionSettings: Equatable, Sendable {
    /// Pixels a side of the input tile; by default training's.
    package var tile: Int
    /// A pixel is white where its probability of class 1 is greater.
    package var threshold = 0.5
    /// Which versions of an image are averaged.
    package var averaging = TestTimeAugmentation.none
    /// How white pixels become instances.
    package var instances = InstanceOptions()

    /// Tiles of this side.
    package init(tile: Int) { self.tile = tile }
  }

  /// How held-out pages are judged.
  package struct Judgement: Equatable, Sendable {
    /// The metrics, each once.
    package var metrics: [Metric] = [.pixel, .iou, .seg]
    /// Steps between judgements; the last step is always judged.
    package var every = 1000

    /// All metrics.
    package init() {}
  }
}

extension Experiment.PredictionSettings {
  init(_ value: YAMLValue?, tile: Int, network: Experiment.Network) throws {
    self.init(tile: tile)
    guard let value else { return }
    let section = try Section(value, keys: ["tile", "threshold", "rotations", "flips", "instances"])
    self.tile = try section["tile"].map { try fittingTile($0, network) } ?? tile
    threshold = try section["threshold"]?.number(.fraction) ?? threshold
    let rotations = TestTimeAugmentation.allowed
    averaging.rotations =
      try section["rotations"]?.integer(.from(rotations.lowerBound, to: rotations.upperBound))
      ?? averaging.rotations
    averaging.flips = try section["flips"]?.flag() ?? averaging.flips
    instances = try section["instances"].map { try InstanceOptions($0) } ?? instances
  }

  var yaml: YAMLText {
    .section([
      ("tile", .number(tile)), ("threshold", .number(threshold)), ("rotations", .number(averaging.rotations)),
      ("flips", .flag(averaging.flips)), ("instances", instances.yaml),
    ])
  }
}

extension InstanceOptions {
  init(_ value: YAMLValue) throws {
    let section = try Section(value, keys: ["smallest-area", "grow", "fill-holes"])
    self.init()
    smallestArea = try section["smallest-area"]?.integer(.notNegative) ?? smallestArea
    grow = try section["grow"]?.integer(.from(0, to: Self.largestGrow)) ?? grow
    fillHoles = try section["fill-holes"]?.flag() ?? fillHoles
  }

  var yaml: YAMLText {
    .section([
      ("smallest-area", .number(smallestArea)), ("grow", .number(grow)), ("fill-holes", .flag(fillHoles)),
    ])
  }
}

extension Experiment.Judgement {
  init(_ value: YAMLValue) throws {
    let section = try Section(value, keys: ["metrics", "every"])
    if let list = section["metrics"] {
      metrics = []
      for value in try list.list() {
        let metric = try value.choice(Metric.self)
        guard !metrics.contains(metric) else { throw value.failure("has \(metric.rawValue) twice: keep one") }
        metrics.append(metric)
      }
    }
    every = try section["every"]?.integer(.from(1)) ?? every
  }

  var yaml: YAMLText {
    .section([("metrics", .list(metrics.map(\.rawValue))), ("every", .number(every))])
  }
}
