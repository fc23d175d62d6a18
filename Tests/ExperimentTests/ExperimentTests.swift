import Foundation
import Testing
import UNetConfiguration
import UNetData
import UNetExperiments
import UNetNetworks
import UNetPrediction
import UNetTestSupport
import UNetTraining

/// The folder of the experiments that the package carries.
private let experiments = PackageFiles.path("Experiments")

struct ExperimentTests {
  func experiment(_ yaml: String, set overrides: String...) throws -> Experiment {
    try Experiment(yaml: yaml, file: "x.yaml", overrides: overrides)
  }

  /// Every key away from its default.
  let full = """
    name: "Zürich: \\"A\\" 1"
    data:
      images: em/train-*.tif
      labels: em/labels
      kind: instances
      hold-out: {images: em/02, labels: em/02_GT, partly-annotated: 3}
      normalisation: percentile
      scale: 0.5
      sha256: {em/a b.tif: E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855}
      partly-annotated: [67, 3-5]
    network: {variant: release, levels: 3, width: 8, classes: 3, channels: 2, dropout: 0.25, up-relu: false}
    loss: {w0: 4.5, sigma: 2, class-balance: false, gap: 3}
    augmentation:
      {shift: false, flips: false, quarter-turns: false, rotation: 15.5, elastic: {grid: 4, deviation: 2.5},
       grey: {contrast: 0.25, brightness: 0.5}}
    training:
      {tile: 188, steps: 7, rate: 1e-5, schedule: {kind: poly, power: 1.5}, momentum: 0.5, weight-decay: 0.0005,
       seed: 9007199254740993, initial: w.safetensors, checkpoint-every: 3}
    prediction:
      {tile: 140, threshold: 0.3, rotations: 7, flips: true,
       instances: {smallest-area: 20, grow: 2, fill-holes: true}}
    evaluation: {metrics: [seg], every: 2}
    numerics: direct
    device: "opencl:nvidia"
    """

  @Test func everyKeyArrivesAtItsPlace() throws {
    let x = try experiment(full)
    #expect(x.name == "Zürich: \"A\" 1")
    #expect(x.data.origin == .files(images: "em/train-*.tif", labels: "em/labels", kind: .instances))
    #expect(x.data.holdOut == .sequence(images: "em/02", labels: "em/02_GT", partlyAnnotated: [3]))
    #expect(x.data.normalisation == .percentile)
    #expect(x.data.scale == 0.5)
    #expect(x.data.sha256["em/a b.tif"]?.hasPrefix("e3b0c442") == true)
    #expect(x.data.partlyAnnotated == [3, 4, 5, 67])
    #expect(
      x.network.network
        == UNet(variant: .release, levels: 3, width: 8, classes: 3, dropout: 0.25, upReLU: false))
    #expect(x.network.channels == 2)
    #expect((x.loss.w0, x.loss.sigma, x.loss.classBalance, x.loss.gap) == (4.5, 2, false, 3))
    #expect(
      x.augmentation
        == AugmentationOptions(
          shift: false, flips: false, quarterTurns: false, rotation: 15.5,
          elastic: .init(grid: 4, deviation: 2.5), grey: .init(contrast: 0.25, brightness: 0.5)))
    #expect((x.training.tile, x.training.steps, x.training.rate) == (188, 7, 1e-5))
    #expect(x.training.schedule == .poly(power: 1.5))
    #expect((x.training.momentum, x.training.weightDecay) == (0.5, 0.0005))
    #expect(x.training.seed == 9_007_199_254_740_993)
    #expect((x.training.initial, x.training.checkpointEvery) == ("w.safetensors", 3))
    #expect((x.prediction.tile, x.prediction.threshold) == (140, 0.3))
    #expect(x.prediction.averaging == TestTimeAugmentation(rotations: 7, flips: true))
    #expect(x.prediction.instances == InstanceOptions(smallestArea: 20, grow: 2, fillHoles: true))
    #expect(x.evaluation.metrics == [.seg])
    #expect(x.evaluation.every == 2)
    #expect(x.device == .of(.opencl, .named("nvidia")))
  }

  @Test func theResolvedTextGivesAnEqualExperiment() throws {
    for yaml in [
      full, "name: a", "name: a\nnetwork: {variant: sliding-window, width: 9, classes: 3, channels: 2}",
      "name: a\naugmentation: {rotation: false, elastic: none, grey: none}",
      "name: a\naugmentation: {rotation: 15, elastic: {grid: 4}, grey: {contrast: 0}}",
      "name: null-and-none\naugmentation: none\ndata: {synthetic: {kind: cells}}",
      "name: a\ntraining: {optimizer: adam}",
      "name: a\ntraining: {optimizer: {kind: adam, beta2: 0.99, epsilon: 1e-7}}",
      "name: '1e5'\ndata: {images: '#1', labels: 'a: b', kind: classes, hold-out: {files: ['*.tif', \"\\u2029\"]}}",
      "name: ' - '\ndata: {images: \"\\u2028\\uFEFF\\u00A0\", labels: 'null', kind: membranes, hold-out: {pages: [1, 3-4]}}",
    ] {
      let once = try experiment(yaml)
      let again = try experiment(once.yaml())
      #expect(again == once)
      #expect(again.yaml() == once.yaml())
    }
  }

  @Test func anOverrideReplacesAddsAndKeepsTheRest() throws {
    let x = try experiment(
      "name: a\ntraining: {rate: 0.1, momentum: 0.5}", set: "training.rate=0.01", "network.width=8",
      "augmentation=none", "data.hold-out={pages: 20-29}", "data.synthetic.size=256", "name=b=c")
    #expect((x.training.rate, x.training.momentum) == (0.01, 0.5))
    #expect(x.network.network == UNet(width: 8))
    #expect(x.augmentation == .none)
    #expect(x.data.holdOut == .pages(Array(20...29)))
    #expect(x.name == "b=c")
  }

  /// What is not said follows from the optimiser, and a hash of before it could be chosen still holds.
  @Test func theMomentumFollowsFromTheOptimizer() throws {
    func training(_ yaml: String) throws -> Experiment.TrainingSettings { try experiment(yaml).training }
    #expect(try training("name: a").momentum == 0.99)
    #expect(try training("name: a\ntraining: {optimizer: sgd}") == training("name: a"))
    #expect(try training("name: a\ntraining: {optimizer: adam}").momentum == 0.9)
    #expect(try training("name: a\ntraining: {momentum: 0.5, optimizer: adam}").momentum == 0.5)
    let figures = try training("name: a\ntraining: {optimizer: {kind: adam, beta2: 0.99}}").settings
    #expect(figures == OptimizerSettings(rate: 0.001, momentum: 0.9, beta2: 0.99))
  }

  @Test func theHashIsOfTheValuesNotOfTheTextOrTheDevice() throws {
    let hash = try experiment("name: a\ntraining: {rate: 0.001, seed: 1}").hash
    #expect(try experiment("# the same\nname: 'a'\ndevice: cpu").hash == hash)
    #expect(try experiment("name: a\ntraining: {seed: 2}").hash != hash)
    #expect(hash.count == 64)
  }

  @Test func heldOutFramesAreFoundByPageOrByFileName() throws {
    func held(_ holdOut: Experiment.HoldOut, _ page: Int, _ file: String) throws -> [Bool] {
      try holdOut.holds(pages: [page], files: [file])
    }
    #expect(try held(.pages([2, 3]), 3, "x.tif") == [true])
    #expect(try held(.pages([2, 3]), 1, "x.tif") == [false])
    #expect(try held(.files(["t00[12].tif"]), 9, "a/t002.tif") == [true])
    #expect(throws: (any Error).self) { try held(.files(["t00[12].tif"]), 9, "t001.tif/t003.tif") }
    #expect(try held(.none, 0, "x.tif") == [false])
  }

  @Test func thePolynomialRateFallsFromTheFirstToNothing() {
    var training = Experiment.TrainingSettings(tile: 572)
    (training.rate, training.steps, training.schedule) = (0.5, 4, .poly(power: 2))
    let rates = (0...4).map { training.rate(step: $0) }
    for (rate, expected) in zip(rates, [0.5, 0.5 * 9 / 16, 0.5 / 4, 0.5 / 16, 0]) {
      // portableExp and portableLog are right to a few ulp.
      #expect(abs(rate - expected) <= 1e-14)
    }
    training.schedule = .constant
    #expect(training.rate(step: 3) == 0.5)
  }

  @Test(arguments: ["dic-hela", "isbi2012-em", "isbi2012-em-small", "phc-u373", "quickstart"])
  func theExperimentsOfThePackageLoadUnderTheirNames(name: String) throws {
    #expect(try Experiment.load("\(experiments)/\(name).yaml").name == name)
  }
}
