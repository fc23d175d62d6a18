import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetRuntime
import UNetTraining

/// A training step loaded on a backend, with numbers without meaning: what is timed.
package struct LoadedStep<B: Backend> {
  /// The step's operations.
  package let session: Session<B>

  /// A step of `network` on a tile of `size`² pixels.
  /// - Throws: `ShapeError` where the size does not fit, and the backend's errors.
  package init(_ network: Network, size: Int, numerics: Algorithm, on backend: B) throws {
    let training = try TrainingGraph(network, tile: [1, size, size, 1], seed: 1, numerics: numerics)
    let parameters = Parameters(on: backend)
    session = try Session(training.graph, on: backend, parameters: parameters, keeping: [training.loss])
    try parameters.fill(of: training.graph)
    for value in training.graph.firstMoments + training.graph.secondMoments + [training.lossSum] {
      try session.write(Tensor(zeros: value.shape), to: value)
    }
    try session.write(Tensor([4], [0, 1e-6, 0.9, 0]), to: training.graph.control)
    try session.write(testPattern(training.image.shape), to: training.image)
    try session.write(Tensor(zeros: training.labels.shape), to: training.labels)
    try session.write(testPattern(training.weights.shape), to: training.weights)
  }
}

extension Parameters {
  /// Gives every parameter of `graph` numbers of the deviation that training starts with.
  package func fill(of graph: Graph) throws {
    for (i, parameter) in graph.parameters.enumerated() {
      let shape = parameter.value.shape
      let stream = RandomStream(seed: 1, stream: UInt32(i))
      let elements = (0..<shape.count).map {
        1.7 * parameter.deviation * Float(2 * stream.uniform(step: 0, index: $0) - 1)
      }
      try write(Tensor(shape, elements), to: parameter)
    }
  }
}

/// Numbers between -1 and 1 without meaning.
package func testPattern(_ shape: Shape) -> Tensor {
  let stream = RandomStream(seed: 2, stream: 0)
  return Tensor(shape, (0..<shape.count).map { Float(2 * stream.uniform(step: 0, index: $0) - 1) })
}

/// The time that `body` takes.
package func seconds(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}

/// The middle of some times, the later one of two.
package func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }
