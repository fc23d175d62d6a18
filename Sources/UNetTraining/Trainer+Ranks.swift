import UNetNumerics
import UNetRuntime

// A trainer among others that share its batches.

extension Trainer {
  /// Tells the other ranks, who wait for this one's gradients, that there are none.
  package func leave(_ word: RankWord) throws { _ = try exchange?.meet(word) }

  /// Takes the sums over all ranks in place of those of this one.
  func add(by exchange: BatchExchange) throws {
    isStopAsked = try exchange.meet(asksToStop ? .stop : .goOn)
    isStuck = true
    // All nodes but the last wait in slots, before the last of which stand those that are not needed now.
    let sum = training.slots.count
    let waiting = Array(0..<tree.nodes.count - 1) + [sum]
    try session.withBlocks(0..<sum + 1, changed: sum) { blocks in
      try exchange.add(waiting.map { blocks[$0] })
    }
    isStuck = false
  }

  /// Gives all ranks the weights, the optimiser's memory and the number of steps of the first.
  package func share() throws {
    guard let ranks else { return }
    var steps = [Float(step)]
    try ranks.broadcast(&steps)
    step = Int(steps[0])
    for parameter in training.graph.parameters {
      var elements = try parameters.read(parameter, from: 0, count: parameter.value.shape.count)
      try ranks.broadcast(&elements)
      try parameters.write(Tensor(parameter.value.shape, elements), to: parameter)
    }
    for memory in training.graph.firstMoments + training.graph.secondMoments {
      var elements = try session.read(memory).elements
      try ranks.broadcast(&elements)
      try session.write(Tensor(memory.shape, elements), to: memory)
    }
  }
}
