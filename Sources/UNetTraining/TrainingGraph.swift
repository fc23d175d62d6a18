import UNetGraph
import UNetNetworks
import UNetNumerics

/// One step of training as a graph: forward, loss, gradients and update (section 3).
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

  /// A step of `network` on tiles of this shape, `[1, H, W, C]`, its convolutions by `numerics` where that fits.
  /// - Throws: `ShapeError` where the tile does not fit the network.
  package init(
    _ network: some Layer, tile: Shape, seed: UInt64, numerics: Algorithm, optimizer: Optimizer = .sgd
  ) throws {
    var graph = Graph(training: true, seed: seed, numerics: numerics, optimizer: optimizer)
    image = graph.value(tile)
    logits = try network(image, in: &graph)
    try logits.checkAxes(for: "the scores of a network")
    let pixels: Shape = [tile[0], logits.shape[1], logits.shape[2]]
    (labels, weights) = (graph.value(pixels), graph.value(pixels))
    let (loss, dlogits) = try graph.softmaxCrossEntropy(logits, labels: labels, weights: weights)
    lossSum = graph.value([1])
    graph.append(.add(.init(a: lossSum, b: loss, y: lossSum)))
    graph.appendUpdates(by: try graph.differentiate(logits, given: dlogits))
    (self.graph, self.loss) = (graph, loss)
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
