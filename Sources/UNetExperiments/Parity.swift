import UNetData
import UNetGraph
import UNetInterchange
import UNetRuntime
import UNetTraining

/// Bit-for-bit comparison of two backends: every operation, then a training.
public struct Parity<A: Backend, B: Backend> {
  private let expected: A
  private let actual: B

  /// `actual` compared with `expected`.
  public init(_ expected: A, _ actual: B) { (self.expected, self.actual) = (expected, actual) }

  /// The bits in which the results of `operation` differ.
  public func bits(of operation: Operation) throws -> Int {
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

  /// Trains a small network of `variant` on both, operation by operation.
  /// - Throws: `Disagreement` at the first bit that differs.
  /// - Returns: the SHA-256 of weights and momentum, one for both.
  public func train(_ variant: UNet.Variant, steps: Int = 20) throws -> String {
    let network = UNet(variant: variant, levels: 3, width: 9, classes: 3, dropout: 0.5)
    let backend = ParityBackend(expected, actual)
    let trainer = try Trainer(network, tile: [1, 60, 60, 2], seed: 3, on: backend)
    let (side, stream) = (trainer.sides.output, RandomStream(seed: 9, stream: 0))
    for step in 0..<steps {
      let pixels = (0..<side * side).map { stream.bits(step: step, index: 100_000 + $0) }
      let sample = Sample(
        image: Tensor([1, 60, 60, 2], (0..<7200).map { Float(stream.gaussian(step: step, index: $0)) }),
        labels: Tensor([1, side, side], pixels.map { Float($0 % 3) }),
        weights: Tensor([1, side, side], pixels.map { Float($0 >> 8) / 16_777_216 }))
      try trainer.step(on: sample, .init(rate: 0.01, momentum: 0.9, decay: 0.0005))
    }
    return Checkpoint(try trainer.state(), experiment: "").digest
  }
}
