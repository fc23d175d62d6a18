import Testing
import UNetData
import UNetConfiguration
import UNetExperiments
import UNetNetworks

/// What keys that are left out mean.
struct DefaultsTests {
  private func experiment(_ yaml: String) throws -> Experiment { try Experiment(yaml: yaml, file: "x.yaml") }

  @Test(
    arguments: [
      ("membranes", ["pixel", "iou", "seg"]), ("instances", ["iou", "seg", "ap", "aji", "pq"]),
      ("classes", ["wrong-pixels", "dice"]),
    ])
  func theMetricsFollowTheKindOfLabelsUnlessTheyAreNamed(kind: String, words: [String]) throws {
    let data = "name: a\ndata: {images: i, labels: l, kind: \(kind)}\n"
    let unnamed = try Experiment(yaml: data, file: "x.yaml")
    #expect(unnamed.metrics.map(\.rawValue) == words)
    #expect(unnamed == (try Experiment(yaml: data + "evaluation: {metrics: auto}", file: "x.yaml")))
    // What was recorded before there was the word holds.
    let named = try Experiment(yaml: data + "evaluation: {metrics: [pixel, iou, seg]}", file: "x.yaml")
    #expect(named.metrics.map(\.rawValue) == ["pixel", "iou", "seg"])
    #expect(named.hash == unnamed.hash)
  }

  /// The paper shows no ReLU after an up-convolution, the authors' network file has one.
  @Test func theVariantDecidesOfTheReLUUnlessTheKeyDoes() throws {
    for (network, upReLU) in [
      ("{}", false), ("{variant: release}", true), ("{up-relu: true}", true),
      ("{variant: release, up-relu: false}", false),
    ] {
      let x = try experiment("name: a\nnetwork: \(network)")
      let unet = try #require(x.network.network as? UNet)
      #expect(unet.upReLU == upReLU, "\(network)")
      #expect(x.yaml().contains("  up-relu: \(upReLU)\n"))
    }
  }

  @Test func theSlidingWindowHasItsOwnDefaults() throws {
    let x = try experiment("name: a\nnetwork: {variant: sliding-window}")
    #expect(x.network.network == SlidingWindow(width: 48, classes: 2))
    #expect((x.training.tile, x.prediction.tile) == (575, 575))
    #expect(
      x.yaml().contains(
        "network:\n  variant: sliding-window\n  width: 48\n  classes: 2\n  channels: 1\nloss:"))
  }

  @Test func theResolvedTextHasEveryDefault() throws {
    #expect(
      try experiment("name: a").yaml() == """
        name: a
        data:
          synthetic:
            kind: membranes
            count: 30
            size: 512
            seed: 1
          border: zero
          hold-out: none
          leave-out: none
          normalisation: mean-deviation
          scale: 1
          sha256: {}
          partly-annotated: []
          unlabelled-border: 0
          level: 0
          regions: {}
        network:
          variant: paper
          levels: 5
          width: 64
          classes: 2
          channels: 1
          dropout: 0.5
          up-relu: false
        loss:
          w0: 10
          sigma: 5
          class-balance: true
          gap: 1
        augmentation:
          shift: true
          flips: true
          quarter-turns: true
          rotation: true
          zoom: 0
          elastic:
            grid: 3
            deviation: 10
          grey:
            contrast: 0.1
            brightness: 0.1
        training:
          tile: 572
          steps: 30000
          batch: 1
          optimizer: sgd
          rate: 0.001
          schedule: constant
          momentum: 0.99
          weight-decay: 0
          seed: 1
          initial: none
          initial-fits: all
          checkpoint-every: 1000
        prediction:
          tile: 572
          threshold: auto
          rotations: 1
          flips: false
          instances:
            seed-threshold: 0
            smallest-area: 0
            grow: 0
            fill-holes: false
        evaluation:
          metrics: auto
          every: 1000
          best: none
        numerics: winograd
        device: auto

        """)
  }

  @Test func whatAugmentationLeavesOutIsThePapersAndNoneIsNothing() throws {
    #expect(try experiment("name: a").augmentation == .paper)
    #expect(try experiment("name: a\naugmentation: {flips: true}").augmentation == .paper)
    #expect(try experiment("name: a\naugmentation: none").augmentation == .none)
    let plain = try experiment("name: a\naugmentation: {rotation: false, elastic: none, grey: none}")
    #expect(plain.augmentation == AugmentationOptions())
  }

  @Test func theDefaultTileFitsTheLevelsAndPredictionTakesTrainings() throws {
    for levels in 2...10 {
      let x = try experiment("name: a\nnetwork: {levels: \(levels)}")
      #expect(TileGeometry.output(of: x.training.tile, levels: levels) != nil)
      #expect(x.prediction.tile == (levels < 7 ? x.training.tile : x.prediction.tile))
      try x.network.network.check(segmentingTile: x.prediction.tile)
    }
  }

  /// The least tile of five levels segments 4² pixels.
  @Test func aTileThatSegmentsLessThanAStepIsOfTrainingAlone() throws {
    let x = try experiment("name: a\nnetwork: {levels: 5}\ntraining: {tile: 188}")
    #expect(x.prediction.tile == 204)
    #expect(
      throws: ConfigurationError.self, "a tile of images that are segmented",
      performing: { try experiment("name: a\nprediction: {tile: 188}") })
  }
}
