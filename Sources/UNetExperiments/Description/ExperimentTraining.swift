import UNetConfiguration
import UNetNetworks
import UNetNumerics

extension Experiment {
  /// Stochastic gradient descent with momentum, one tile a step (section 3).
  package struct Training: Equatable, Sendable {
    /// Figure 1's tile.
    package static let paperTile = 572

    /// Pixels a side of the input tile; by default the side nearest to figure 1's that fits the network.
    package var tile: Int
    /// Steps.
    package var steps = 30_000
    /// The rate of the first step.
    package var rate = 0.001
    /// How the rate changes.
    package var schedule = RateSchedule.constant
    /// The share of the last change that is kept.
    package var momentum = 0.99
    /// The pull of the weights towards 0, per step and unit of rate.
    package var weightDecay = 0.0
    /// Decides the first weights, the samples and what is dropped.
    package var seed = 1
    /// A `.safetensors` file with the first weights, relative to the data root; `nil`: drawn by the seed.
    package var initial: String?
    /// Steps between checkpoints.
    package var checkpointEvery = 1000

    /// The paper's choices, and defaults for those it leaves open.
    package init(tile: Int) { self.tile = tile }

    /// The rate of a step, counted from 0.
    package func rate(step: Int) -> Double { rate * schedule.factor(step: step, of: steps) }
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

extension Experiment.Training {
  init(_ value: YAMLValue?, network: Experiment.Network) throws {
    self.init(tile: network.layer.nearestTile(to: Self.paperTile))
    guard let value else { return }
    let section = try Section(
      value,
      keys: [
        "tile", "steps", "rate", "schedule", "momentum", "weight-decay", "seed", "initial",
        "checkpoint-every",
      ])
    tile = try section["tile"].map { try fittingTile($0, network) } ?? tile
    steps = try section["steps"]?.integer(.from(1)) ?? steps
    rate = try section["rate"]?.number(.positive) ?? rate
    schedule = try section["schedule"].map { try Experiment.RateSchedule($0) } ?? schedule
    momentum = try section["momentum"]?.number(.fraction) ?? momentum
    weightDecay = try section["weight-decay"]?.number(.notNegative) ?? weightDecay
    seed = try section["seed"]?.integer(.notNegative) ?? seed
    initial = try section["initial"]?.textOrNone()
    checkpointEvery = try section["checkpoint-every"]?.integer(.from(1)) ?? checkpointEvery
  }

  var yaml: YAMLText {
    .section([
      ("tile", .number(tile)), ("steps", .number(steps)), ("rate", .number(rate)),
      ("schedule", schedule.yaml),
      ("momentum", .number(momentum)), ("weight-decay", .number(weightDecay)), ("seed", .number(seed)),
      ("initial", .text(initial ?? "none")), ("checkpoint-every", .number(checkpointEvery)),
    ])
  }
}

extension Experiment.RateSchedule {
  private enum Kind: String, CaseIterable { case constant, poly }

  init(_ value: YAMLValue) throws {
    guard !value.isScalar else {
      self = try value.choice(Kind.self) == .constant ? .constant : .poly(power: Self.usualPower)
      return
    }
    let section = try Section(value, keys: ["kind", "power"])
    let power = try section["power"]?.number(.positive)
    switch try section.required("kind").choice(Kind.self) {
    case .poly: self = .poly(power: power ?? Self.usualPower)
    case .constant:
      guard power == nil else { throw section.failure("is constant, which has no power: remove it") }
      self = .constant
    }
  }

  var yaml: YAMLText {
    switch self {
    case .constant: .text("constant")
    case .poly(let power): .section([("kind", .text("poly")), ("power", .number(power))])
    }
  }
}

/// A tile's side that the network accepts.
func fittingTile(_ value: YAMLValue, _ network: Experiment.Network) throws -> Int {
  // The bound keeps the arithmetic of the output side far from overflow.
  let side = try value.integer(.from(1, to: 1 << 30))
  do { try network.layer.check(tile: side) } catch { throw ConfigurationError(value.place, "\(error)") }
  return side
}
