import UNetGraph
import UNetNetworks
import UNetNumerics

/// One step of training as a graph: forward, loss, gradients and update (section 3).
///
/// A step on one tile runs all of it.  A step on several runs `sample` for each, then what its `BatchTree` says, and `update` at the end.
package struct TrainingGraph: Sendable {
  /// Everything that runs in a step.
  package private(set) var graph: Graph
  /// The tile, `[1, H, W, C]`.
  package let image: Value
  /// Class numbers and weights of the tile's output, `[1, h, w]`.
  package let labels: Value, weights: Value
  /// The scores, `[1, h, w, classes]`.
  package let logits: Value
  /// The loss of the last step, one element.
  package let loss: Value
  /// The sum of the losses since the host last cleared it, one element.
  package let lossSum: Value
  /// Of a batch: the loss and the gradients of all parameters, in their order; of one tile none.
  package let summed: [Value]
  /// The loss and the gradients of a tile.
  package let sample: Range<Int>
  /// What ends the step of a batch; empty where a step has one tile.
  package let update: Range<Int>
  /// The operation of each action on sums.
  private var actions: [BatchTree.Action: Int] = [:]
  /// The values of each slot of the tree.
  package private(set) var slots: [[Value]] = []

  /// A step of `network` on tiles of this shape, `[1, H, W, C]`, its convolutions by `numerics` where that fits; `batch`: of several
  /// tiles, whose gradients are added so.
  /// - Throws: `ShapeError` where the tile does not fit the network.
  package init(
    _ network: some Layer, tile: Shape, seed: UInt64, numerics: Algorithm, optimizer: Optimizer = .sgd,
    batch: BatchTree? = nil
  ) throws {
    var graph = Graph(training: true, seed: seed, numerics: numerics, optimizer: optimizer)
    image = graph.value(tile)
    logits = try network(image, in: &graph)
    try logits.checkAxes(for: "the scores of a network")
    let pixels: Shape = [tile[0], logits.shape[1], logits.shape[2]]
    (labels, weights) = (graph.value(pixels), graph.value(pixels))
    let (loss, dlogits) = try graph.softmaxCrossEntropy(logits, labels: labels, weights: weights)
    lossSum = graph.value([1])
    let told = Operation.add(.init(a: lossSum, b: loss, y: lossSum))
    if batch == nil { graph.append(told) }
    let gradients = try graph.differentiate(logits, given: dlogits)
    if let batch {
      summed = [loss] + graph.parameters.compactMap { gradients[$0.value] }
      sample = 0..<graph.operations.count
      for slot in 0..<batch.slots {
        let kept = summed.map { graph.value($0.shape) }
        slots.append(kept)
        let pairs = Array(zip(summed, kept))
        actions[.keep(slot: slot)] = graph.operations.count
        graph.append(.accumulate(.init(pairs.map { .init(addend: $0, sum: $1) }, begins: true)))
        actions[.add(slot: slot)] = graph.operations.count
        graph.append(.accumulate(.init(pairs.map { .init(addend: $1, sum: $0) }, begins: false)))
      }
      let first = graph.operations.count
      graph.append(told)
      graph.appendUpdates(by: gradients, atTheEnd: true)
      update = first..<graph.operations.count
    } else {
      graph.appendUpdates(by: gradients)
      (summed, sample, update) = ([], 0..<graph.operations.count, 0..<0)
    }
    (self.graph, self.loss) = (graph, loss)
  }

  /// What does the `action`.
  package func operation(of action: BatchTree.Action) -> Range<Int> {
    guard let place = actions[action] else { preconditionFailure("\(action) is none of this batch") }
    return place..<place + 1
  }
}

/// The initial elements of a network's parameters: Gaussian, deviation √(2/N) (section 3); biases 0.
///
/// A function of the seed and of the parameter's place alone.
package func initialElements(of parameter: Parameter, at place: Int, seed: UInt64) -> Tensor {
  let shape = parameter.value.shape
  guard parameter.deviation > 0 else { return Tensor(zeros: shape) }
  let (stream, deviation) = (RandomStream(seed: seed, stream: UInt32(place)), Double(parameter.deviation))
  let (count, part) = (shape.count, 1 << 14)
  let elements = concurrentFloats(count, parts: (count + part - 1) / part) { number, elements in
    for index in number * part..<min(count, (number + 1) * part) {
      elements[index] = Float(deviation * stream.gaussian(step: 0, index: index))
    }
  }
  return Tensor(shape, elements)
}
