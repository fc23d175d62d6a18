import UNetData
import UNetGraph
import UNetInterchange
import UNetNetworks
import UNetNumerics
import UNetPrediction
import UNetRuntime

/// Stochastic gradient descent with momentum (section 3), or Adam, on one network: one tile a step, or a batch of them.
///
/// It asks for samples and writes no file; `TrainingRun` does what lies around it.
public final class Trainer<B: Backend> {
  /// The weights, shared with segmenters on the same backend.
  public let parameters: Parameters<B>
  /// Steps done since the beginning, earlier runs included.
  public internal(set) var step = 0
  let training: TrainingGraph
  let session: Session<B>
  private var lossCount = 0
  /// The tiles of a step, those of them that are computed here, and how their gradients are added.
  package let batch: Int
  package let places: Range<Int>
  let tree: BatchTree
  /// The processes that share each batch, and what adds their gradients; nil of one that trains alone.
  package let ranks: (any TrainingRanks)?
  let exchange: BatchExchange?
  /// Whether this process wants the training to end after the next step; and whether one of all wanted that of the last.
  package var asksToStop = false
  package internal(set) var isStopAsked = false
  /// Whether the others are, or wait, in an exchange that this one is in too: after an error in it they wait in vain.
  package internal(set) var isStuck = false
  /// Whether the others have ended, for one of them has, or all were asked to.
  package internal(set) var haveOthersLeft = false

  /// A trainer of `network` by `optimizer` on tiles of the shape `tile`, `[1, H, W, C]`, with initial weights drawn from `seed`.  The
  /// loss of a step is the mean over `batch` tiles, which are computed one after the other and their gradients added.
  /// - Throws: `ShapeError` where the tile does not fit the network, and the backend's errors.
  public convenience init(
    _ network: some Layer, tile: Shape, seed: UInt64, numerics: Algorithm = .standard,
    optimizer: Optimizer = .sgd, batch: Int = 1, on backend: B
  ) throws {
    try self.init(
      network, tile: tile, seed: seed, numerics: numerics, optimizer: optimizer, batch: batch, ranks: nil,
      on: backend)
  }

  /// The same of a process that computes some of the tiles of each batch; there are as many tiles as ranks, or more.
  package init(
    _ network: some Layer, tile: Shape, seed: UInt64, numerics: Algorithm = .standard,
    optimizer: Optimizer = .sgd, batch: Int, ranks: (any TrainingRanks)?, on backend: B
  ) throws {
    precondition(batch >= ranks?.count ?? 1, "a step has a tile at least for each rank")
    let places = ranks.map { $0.block(of: $0.rank, batch: batch) } ?? 0..<batch
    (self.batch, self.places, self.ranks, tree) = (batch, places, ranks, BatchTree(places))
    training = try TrainingGraph(
      network, tile: tile, seed: seed, numerics: numerics, optimizer: optimizer,
      batch: batch > 1 || ranks != nil ? tree : nil)
    exchange = ranks.map {
      BatchExchange($0, batch: batch)
    }
    parameters = Parameters(on: backend)
    session = try Session(
      training.graph, on: backend, parameters: parameters,
      keeping: [training.loss, training.lossSum],
      // The nodes of the tree, in the order in which they wait.
      together: batch > 1 || ranks != nil ? training.slots + [training.summed] : [])
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

  /// Starts one step on `sample`, where a batch is one tile.  Does not wait for it.
  /// - Throws: `ShapeError` where the sample's sides are not those of the tile and of its scores; the backend's errors.
  public func step(on sample: Sample, _ settings: OptimizerSettings) throws {
    try step(on: [sample], settings)
  }

  /// Starts one step on as many samples as a batch has.  Does not wait for it.
  /// - Throws: as `step(on:_:)` of one.
  public func step(on samples: [Sample], _ settings: OptimizerSettings) throws {
    precondition(samples.count == places.count, "\(samples.count) samples for \(places.count) tiles")
    var rest = samples[...]
    try step(settings) { rest.removeFirst() }
  }

  /// The same; `next` is asked for one sample after the other, those of `places`.
  /// - Throws: `RankEnded` where another rank has ended.
  package func step(_ settings: OptimizerSettings, next: () throws -> Sample) throws {
    for (place, actions) in zip(places, tree.actions) {
      try start(next(), number: step * batch + place, settings)
      for action in actions { try session.run(training.operation(of: action)) }
    }
    if let exchange {
      try add(by: exchange)
    } else {
      for action in tree.fold { try session.run(training.operation(of: action)) }
    }
    try session.run(training.update)
    step += 1
    isStuck = false
    haveOthersLeft = isStopAsked
    lossCount += 1
  }

  /// Starts the loss and the gradients of a sample; `number`: that which dropout draws by.
  private func start(_ sample: Sample, number: Int, _ settings: OptimizerSettings) throws {
    try session.write(sample.image, to: training.image)
    try session.write(sample.labels, to: training.labels)
    // The mean over the batch: each tile's loss has its share.
    try session.write(sample.weights.divided(by: batch), to: training.weights)
    var control = settings.control(of: training.graph.optimizer, step: step)
    control[0] = Float(number)
    try session.write(Tensor([control.count], control), to: training.graph.control)
    try session.run(training.sample)
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

extension Tensor {
  /// Each element divided; the same where that is by 1.
  fileprivate func divided(by count: Int) -> Tensor {
    count == 1 ? self : Tensor(shape, elements.map { $0 / Float(count) })
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
