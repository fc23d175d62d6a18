import UNetNumerics
import UNetRuntime

// A trainer among others that share its batches.

extension Trainer {
  /// Tells the other ranks, who wait for this one's gradients, that there are none.
  package func leave(_ word: RankWord) throws { _ = try exchange?.meet(word) }

  /// Takes the sums over all ranks in place of those of this one.
  func add(by exchange: BatchExchange) throws {
    // What has failed on the device is known before others count on it.
    try session.finish()
    do { isStopAsked = try exchange.meet(asksToStop ? .stop : .goOn) } catch {
      haveOthersLeft = error is RankEnded
      throw error
    }
    isStuck = true
    // All nodes but the last wait in slots.
    let sum = training.slots.count
    try session.withBlocks(Array(0..<tree.nodes.count - 1) + [sum], changed: sum) { try exchange.add($0) }
  }

  /// Gives all ranks the weights, the optimiser's memory and the number of steps of the first.
  package func share() throws {
    guard let ranks else { return }
    isStuck = true
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
    isStuck = false
  }
}
