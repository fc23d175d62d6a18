import UNetConfiguration
import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetTraining

extension Experiment {
  /// One tile a step (section 3), or several; `options` says what each value is.
  package struct TrainingSettings: Equatable, Sendable {
    /// Figure 1's tile.
    package static let paperTile = 572
    /// A tile is told its number as a Float32, which holds no more whole numbers.
    package static let mostTiles = 1 << 24

    package var tile: Int
    package var steps = 30_000, checkpointEvery = 1000, seed = 1, batch = 1
    package var optimizer = OptimizerChoice(.sgd)
    package var rate = 0.001, momentum = 0.99, weightDecay = 0.0
    package var schedule = RateSchedule.constant
    package var initial: String?
    package var initialFits = InitialFits.all

    /// The paper's choices, and defaults for those it leaves open.
    package init(tile: Int) { self.tile = tile }

    /// Makes sure that all tiles of all steps have numbers; `section` gives the keys.
    func checkTiles(of section: YAMLValue) throws {
      guard steps > Self.mostTiles / batch else { return }
      throw ConfigurationError(
        section.place,
        "steps \(steps) of batch \(batch) are more than \(Self.mostTiles) tiles: lower one of them")
    }

    /// The rate of a step, counted from 0.
    package func rate(step: Int) -> Double { rate * schedule.factor(step: step, of: steps) }

    /// What the optimiser is told in the first step.
    package var settings: OptimizerSettings {
      .init(
        rate: rate, momentum: momentum, weightDecay: weightDecay, beta2: optimizer.beta2,
        epsilon: optimizer.epsilon)
    }

    package static let options = OptionTable<TrainingSettings>([
      .init(
        "tile", \.tile, .integer(.tile), standard: "the fitting side nearest to 572",
        "Pixels a side of the input tile; only some fit the network, and an error names the nearest."),
      .init("steps", \.steps, .integer(.from(1, to: mostTiles)), "Number of steps."),
      .init(
        "batch", \.batch, .integer(.from(1, to: 1024)), inHash: .unless(1),
        "Tiles a step; the gradient is the mean of theirs. They are computed one after the other, or by the ranks of `mpirun`, with the same bits."
      ),
      .init(
        "optimizer", \.optimizer, OptimizerChoice.optionType, inHash: .unless(OptimizerChoice(.sgd)),
        "How weights follow their gradients: `sgd`, as in the paper, or `adam`, which needs fewer steps."
      ) { _, training in training.momentum = training.optimizer.usualMomentum },
      .init("rate", \.rate, .number(.positive), "The learning rate of the first step."),
      .init("schedule", \.schedule, RateSchedule.optionType, "How the rate changes from step to step."),
      .init(
        "momentum", \.momentum, .number(.fraction), standard: "0.99, with `adam` 0.9",
        "Share of the last change that is added to the next; with `adam` beta1, the share of the mean of gradients that stays."
      ),
      .init(
        "weight-decay", \.weightDecay, .number(.notNegative),
        "This times the weights is added to their gradient, which pulls them towards 0; with `adam`, this times the rate is taken from the weights."
      ),
      .init("seed", \.seed, .integer(.notNegative), "Decides initial weights, samples and dropout."),
      .init("initial", \.initial, .orNone(.text, ""), "A `.safetensors` file with the initial weights."),
      .init(
        "initial-fits", \.initialFits, .choice, inHash: .unless(.all),
        "Whether `all` initial weights must fit the network; with `part`, what does not fit is drawn as without them."
      ),
      .init("checkpoint-every", \.checkpointEvery, .integer(.from(1)), "Steps between checkpoints."),
    ])
  }

  /// How weights follow their gradients.
  package struct OptimizerChoice: Equatable, Sendable {
    package var kind: Optimizer
    /// Of Adam.
    package var beta2 = 0.999, epsilon = 1e-8

    package init(_ kind: Optimizer) { self.kind = kind }

    /// The momentum that is used where none is given: the paper's, and that of Adam's authors.
    var usualMomentum: Double { kind == .sgd ? 0.99 : 0.9 }
  }

  /// How much of the initial weights must fit the network.
  package enum InitialFits: String, CaseIterable, Sendable {
    /// Every tensor.
    case all
    /// At least one; the rest is drawn.
    case part
  }

  /// How the rate changes from step to step.
  package enum RateSchedule: Equatable, Sendable {
    /// Not at all.
    case constant
    /// (1 - step / steps)^power.
    case poly(power: Double)

    /// The power that is used where none is given.
    package static let usualPower = 0.9

    /// The share of the first rate, for a step counted from 0; the same bits on every machine.
    package func factor(step: Int, of steps: Int) -> Double {
      switch self {
      case .constant: return 1
      case .poly(let power):
        guard step < steps else { return 0 }
        return step <= 0 ? 1 : portableExp(power * portableLog(1 - Double(step) / Double(steps)))
      }
    }
  }
}

extension Experiment.RateSchedule {
  private enum Kind: String, CaseIterable { case constant, poly }

  static let optionType = OptionType<Self>(
    "`constant`; `poly` or `{kind: poly, power: \(usualPower)}`: the rate times (1 - step / steps)^power",
    write: { schedule in
      switch schedule {
      case .constant: .text("constant")
      case .poly(let power): .section([("kind", .text("poly")), ("power", .decimal(power))])
      }
    }, read: { try Self($0) })

  private init(_ value: YAMLValue) throws {
    guard !value.isScalar else {
      self = try value.choice(Kind.self) == .constant ? .constant : .poly(power: Self.usualPower)
      return
    }
    let mapping = try YAMLMapping(value, keys: ["kind", "power"])
    let power = try mapping["power"]?.number(.positive)
    switch try mapping.required("kind").choice(Kind.self) {
    case .poly: self = .poly(power: power ?? Self.usualPower)
    case .constant:
      guard power == nil else { throw mapping.failure("is constant, which has no power: remove it") }
      self = .constant
    }
  }
}

extension Experiment.OptimizerChoice {
  static let optionType = OptionType<Self>(
    "`sgd`; `adam` or `{kind: adam, beta2: 0.999, epsilon: 1.0e-8}`",
    write: { choice in
      switch choice.kind {
      case .sgd: .text("sgd")
      case .adam:
        .section([
          ("kind", .text("adam")), ("beta2", .decimal(choice.beta2)), ("epsilon", .decimal(choice.epsilon)),
        ])
      }
    }, read: { try Self($0) })

  /// A smaller one is lost in the first steps, whose corrections make it smaller still.
  private static let epsilons = Bound("from 1e-20 to 1") { $0 >= 1e-20 && $0 <= 1 }

  private init(_ value: YAMLValue) throws {
    guard !value.isScalar else {
      self.init(try value.choice(Optimizer.self))
      return
    }
    let mapping = try YAMLMapping(value, keys: ["kind", "beta2", "epsilon"])
    self.init(try mapping.required("kind").choice(Optimizer.self))
    let (beta2, epsilon) = (
      try mapping["beta2"]?.number(.fraction), try mapping["epsilon"]?.number(Self.epsilons)
    )
    guard kind == .adam || (beta2 == nil && epsilon == nil) else {
      throw mapping.failure("is sgd, which has no beta2 and no epsilon: remove them")
    }
    (self.beta2, self.epsilon) = (beta2 ?? self.beta2, epsilon ?? self.epsilon)
  }
}
