import UNetData
import UNetGraph
import UNetNumerics
import UNetRuntime
import UNetTraining

/// Bit-for-bit comparison of two backends: every operation, then a training.
package struct Parity<A: Backend, B: Backend> {
  private let expected: A
  private let actual: B

  /// `actual` compared with `expected`.
  package init(_ expected: A, _ actual: B) { (self.expected, self.actual) = (expected, actual) }

  /// The bits in which the results of `operation` differ.
  package func bits(of operation: Operation) throws -> Int {
    var graph = Graph()
    graph.append(operation)
    let kept = Set(operation.reads + operation.writes)
    let (a, b) = (
      try Session(graph, on: expected, keeping: kept), try Session(graph, on: actual, keeping: kept)
    )
    for value in Set(operation.reads) {
      let tensor = ParityCases.elements(of: value, in: operation)
      try a.write(tensor, to: value)
      try b.write(tensor, to: value)
    }
    try a.run()
    try b.run()
    return try operation.writes.reduce(0) { sum, value in
      sum + differingBits(try a.read(value).elements, try b.read(value).elements).bits
    }
  }

  /// Trains a small network on both, operation by operation, on tiles of 2 channels.
  /// - Throws: `Disagreement` at the first bit that differs.
  /// - Returns: the SHA-256 of weights and what the optimiser remembers, one for both.
  package func train(_ training: ParityCases.TrainingCase, steps: Int = 20) throws -> String {
    let backend = ParityBackend(expected, actual)
    let (network, shape): (_, Shape) = (training.network, [1, training.tile, training.tile, 2])
    let trainer = try Trainer(
      network, tile: shape, seed: 3, numerics: training.numerics, optimizer: training.optimizer,
      batch: training.batch, on: backend)
    let (side, stream) = (trainer.sides.output, RandomStream(seed: 9, stream: 0))
    func sample(_ number: Int) -> Sample {
      let pixels = (0..<side * side).map { stream.bits(step: number, index: 100_000 + $0) }
      return Sample(
        image: Tensor(shape, (0..<shape.count).map { Float(stream.gaussian(step: number, index: $0)) }),
        labels: Tensor([1, side, side], pixels.map { Float($0 % UInt32(network.classes)) }),
        weights: Tensor([1, side, side], pixels.map { Float($0 >> 8) / 16_777_216 }))
    }
    let settings = OptimizerSettings(
      rate: training.optimizer == .adam ? 0.001 : 0.01, momentum: 0.9, weightDecay: 0.0005)
    for step in 0..<steps {
      try trainer.step(on: (0..<training.batch).map { sample(step * training.batch + $0) }, settings)
    }
    return try trainer.state.digest()
  }
}
