import UNetData
import UNetGraph
import UNetRuntime

/// Stochastic gradient descent on one network (section 3): one tile a step.
public final class Trainer<B: Backend> {
  /// The weights, shared with predictors on the same backend.
  public let parameters: Parameters<B>
  /// Steps done since the beginning, earlier runs included.
  public private(set) var step = 0
  private let training: TrainingGraph
  private let session: Session<B>
  private var lossCount = 0

  /// A trainer with initial weights drawn from `seed`.
  /// - Throws: `ShapeError` where the tile does not fit the network, and the backend's errors.
  public init(
    _ network: some Layer, tile: Shape, seed: UInt64, numerics: Algorithm = .direct, on backend: B
  ) throws {
    training = try TrainingGraph(network, tile: tile, seed: seed, numerics: numerics)
    parameters = Parameters(on: backend)
    session = try Session(
      training.graph, on: backend, parameters: parameters, keeping: [training.loss, training.lossSum])
    for (place, parameter) in training.graph.parameters.enumerated() {
      try parameters.write(initialElements(of: parameter, at: place, seed: seed), to: parameter)
    }
    for velocity in training.graph.velocities {
      try session.write(Tensor(zeros: velocity.shape), to: velocity)
    }
    try session.write(Tensor(zeros: [1]), to: training.lossSum)
  }

  /// The sides of what a step reads and of what it is judged on.
  public var sides: (input: Int, output: Int) { (training.image.shape[1], training.logits.shape[1]) }

  /// What the optimiser does in one step.
  public struct Settings: Sendable, Equatable {
    /// Learning rate, momentum and weight decay.
    public var rate: Float, momentum: Float, decay: Float
    /// These figures.
    public init(rate: Float, momentum: Float, decay: Float = 0) {
      (self.rate, self.momentum, self.decay) = (rate, momentum, decay)
    }
  }

  /// Starts one step on `sample`.  Does not wait for it.
  public func step(on sample: Sample, _ settings: Settings) throws {
    try session.write(sample.image, to: training.image)
    try session.write(sample.labels, to: training.labels)
    try session.write(sample.weights, to: training.weights)
    let control = Tensor([4], [Float(step), settings.rate, settings.momentum, settings.decay])
    try session.write(control, to: training.graph.control)
    try session.run()
    step += 1
    lossCount += 1
  }

  /// Waits for the steps started so far.
  public func wait() throws { _ = try session.read(training.loss) }

  /// The mean loss of the steps since this was last asked.  Waits for them.
  public func meanLoss() throws -> Float {
    let sum = try session.read(training.lossSum).elements[0]
    defer { lossCount = 0 }
    try session.write(Tensor(zeros: [1]), to: training.lossSum)
    return sum / Float(max(lossCount, 1))
  }

  /// Everything that the next step depends on.
  public func state() throws -> TrainingState {
    var state = TrainingState(step: step)
    for (parameter, velocity) in zip(training.graph.parameters, training.graph.velocities) {
      state.weights[parameter.name] = try parameters.read(parameter)
      state.velocities[parameter.name] = try session.read(velocity)
    }
    return state
  }

  /// Continues from `state`; velocities that it lacks are 0.
  /// - Throws: `ParameterError` where names or shapes are not the network's.
  public func restore(_ state: TrainingState) throws {
    try parameters.load(state.weights, of: training.graph)
    for (parameter, velocity) in zip(training.graph.parameters, training.graph.velocities) {
      try session.write(state.velocities[parameter.name] ?? Tensor(zeros: velocity.shape), to: velocity)
    }
    step = state.step
  }
}

/// A training between two steps: weights and velocities by parameter name, in the device's order.
public struct TrainingState: Sendable, Equatable {
  /// Steps done.
  public var step: Int
  /// Filters and biases.
  public var weights: [String: Tensor] = [:]
  /// The optimiser's momentum.
  public var velocities: [String: Tensor] = [:]

  /// The state after `step` steps.
  public init(step: Int, weights: [String: Tensor] = [:], velocities: [String: Tensor] = [:]) {
    (self.step, self.weights, self.velocities) = (step, weights, velocities)
  }
}

extension Parameters {
  /// Gives every parameter of `graph` its tensor, by name.
  /// - Throws: `ParameterError` where one is missing, superfluous or of another shape.
  public func load(_ weights: [String: Tensor], of graph: Graph) throws {
    let known = Set(graph.parameters.map(\.name))
    if let stranger = weights.keys.filter({ !known.contains($0) }).min() {
      throw ParameterError(name: stranger, problem: "is not a parameter of this network")
    }
    for parameter in graph.parameters {
      guard let tensor = weights[parameter.name] else {
        throw ParameterError(name: parameter.name, problem: "is missing")
      }
      guard tensor.shape == parameter.value.shape else {
        throw ParameterError(
          name: parameter.name,
          problem: "has shape \(tensor.shape), the network needs \(parameter.value.shape)")
      }
      try write(tensor, to: parameter)
    }
  }
}

/// A tensor that does not fit the network it is loaded into.
public struct ParameterError: Error, CustomStringConvertible {
  /// The parameter's name.
  public let name: String
  /// What is wrong with it.
  public let problem: String
  /// One sentence with the remedy.
  public var description: String {
    "parameter '\(name)' \(problem): give a model of the same variant, levels, width, channels and classes"
  }
}
