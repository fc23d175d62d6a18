import UNetData
import UNetGraph
import UNetInterchange
import UNetNetworks
import UNetNumerics
import UNetPrediction
import UNetRuntime

/// Stochastic gradient descent with momentum (section 3), or Adam, on one network: one tile a step.
///
/// It asks for samples and writes no file; `TrainingRun` does what lies around it.
public final class Trainer<B: Backend> {
  /// The weights, shared with segmenters on the same backend.
  public let parameters: Parameters<B>
  /// Steps done since the beginning, earlier runs included.
  public private(set) var step = 0
  private let training: TrainingGraph
  private let session: Session<B>
  private var lossCount = 0

  /// A trainer of `network` by `optimizer` on tiles of the shape `tile`, `[1, H, W, C]`, with initial weights drawn from `seed`.
  /// - Throws: `ShapeError` where the tile does not fit the network, and the backend's errors.
  public init(
    _ network: some Layer, tile: Shape, seed: UInt64, numerics: Algorithm = .standard,
    optimizer: Optimizer = .sgd, on backend: B
  ) throws {
    training = try TrainingGraph(
      network, tile: tile, seed: seed, numerics: numerics, optimizer: optimizer)
    parameters = Parameters(on: backend)
    session = try Session(
      training.graph, on: backend, parameters: parameters, keeping: [training.loss, training.lossSum])
    for (place, parameter) in training.graph.parameters.enumerated() {
      try parameters.write(initialElements(of: parameter, at: place, seed: seed), to: parameter)
    }
    for memory in training.graph.firstMoments + training.graph.secondMoments {
      try session.write(Tensor(zeros: memory.shape), to: memory)
    }
    try session.write(Tensor(zeros: [1]), to: training.lossSum)
  }

  /// The sides of what a step reads and of what it is scored on.
  package var sides: (input: Int, output: Int) { (training.image.shape[1], training.logits.shape[1]) }

  /// Starts one step on `sample`.  Does not wait for it.
  /// - Throws: `ShapeError` where the sample's sides are not those of the tile and of its scores; the backend's errors.
  public func step(on sample: Sample, _ settings: OptimizerSettings) throws {
    try session.write(sample.image, to: training.image)
    try session.write(sample.labels, to: training.labels)
    try session.write(sample.weights, to: training.weights)
    let control = settings.control(of: training.graph.optimizer, step: step)
    try session.write(Tensor([control.count], control), to: training.graph.control)
    try session.run()
    step += 1
    lossCount += 1
  }

  /// Waits for the steps started so far.
  package func wait() throws { _ = try session.read(training.loss) }

  /// The sum of the losses that `meanLoss` has not told yet, and of how many steps; nil where it has told all.  Waits for them.
  package var untoldLoss: UntoldLoss? {
    get throws {
      lossCount == 0
        ? nil : UntoldLoss(sum: try session.read(training.lossSum).elements[0], count: lossCount)
    }
  }

  /// The mean loss of the steps since this was last asked.  Waits for them.
  public func meanLoss() throws -> Float {
    let sum = try session.read(training.lossSum).elements[0]
    defer { lossCount = 0 }
    try session.write(Tensor(zeros: [1]), to: training.lossSum)
    return sum / Float(max(lossCount, 1))
  }

  /// Filters and biases in the order of files.  Each is read from the device when it is asked for.
  package var weights: NamedTensors {
    var weights = NamedTensors()
    for parameter in training.graph.parameters {
      weights.add(parameter.name, parameter.fileShape) { [parameters] take in
        try parameter.inFileOrder({ try parameters.read(parameter, from: $0, count: $1) }, take)
      }
    }
    return weights
  }

  /// Everything that the next step depends on beside its number: `weights`, and what the optimiser
  /// remembers of each.
  package var state: NamedTensors {
    var state = weights
    for (name, parameter, memory) in training.graph.memory {
      state.add(name, parameter.fileShape) { [session] take in
        try parameter.inFileOrder({ try session.read(memory, from: $0, count: $1) }, take)
      }
    }
    return state
  }

  /// Goes on with other weights.
  /// - Throws: `ParameterError` where names or shapes are not the network's, and the errors of where the tensors lie.
  package func load(_ weights: NamedTensors) throws { try parameters.load(weights, of: training.graph) }

  /// Goes on with those of `weights` that fit, and leaves the others as they are.
  /// - Returns: what does not fit, parameters first.
  /// - Throws: the errors of where the tensors lie.
  package func loadFitting(_ weights: NamedTensors) throws -> [ParameterError] {
    try parameters.loadFitting(weights, of: training.graph)
  }

  /// Goes on from `state` after so many steps, of which some losses may be untold.
  /// - Throws: `ParameterError` where names or shapes are not the network's, and the errors of where the tensors lie.
  package func restore(_ state: NamedTensors, step: Int, untold: UntoldLoss? = nil) throws {
    let memory = training.graph.memory
    let names = Set(memory.map(\.name))
    try load(state.filter { !names.contains($0) })
    for (name, parameter, value) in memory {
      try session.write(state.tensor(name, for: parameter), to: value)
    }
    try session.write(Tensor([1], [untold?.sum ?? 0]), to: training.lossSum)
    (self.step, lossCount) = (step, untold?.count ?? 0)
  }
}

/// Losses that are summed up for the next row of a log.
package struct UntoldLoss: Equatable, Sendable {
  let sum: Float, count: Int

  init(sum: Float, count: Int) { (self.sum, self.count) = (sum, count) }

  /// That which `text` notes; nil where it is something else.
  package init?(text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, let sum = Float(words[0]), let count = Int(words[1]), count > 0 else {
      return nil
    }
    self.init(sum: sum, count: count)
  }

  /// Both numbers.
  package var text: String { "\(sum) \(count)" }
}

extension Graph {
  /// What the optimiser remembers of each parameter, and what that is called in files.
  fileprivate var memory: [(name: String, parameter: Parameter, value: Value)] {
    zip(parameters, firstMoments).map { ("momentum.\($0.name)", $0, $1) }
      + zip(parameters, secondMoments).map { ("second-moment.\($0.name)", $0, $1) }
  }
}
