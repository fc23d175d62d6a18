import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetRuntime

/// A network as a graph, for input of one shape: from normalised pixels to scores and probabilities.
package struct TracedNetwork: Sendable {
  /// What runs, and the filters and biases that it needs.
  package let graph: Graph
  /// `[N, S, S, C]`.
  package let input: Value
  /// `[N, h, w, classes]`.
  package let logits: Value, probabilities: Value

  /// `network` on a tile of `side`² pixels of `channels` grey values, which gives the scores of every pixel
  /// (`everyPixel`) and therefore reads `stride - 1` pixels more.
  /// - Throws: `ShapeError` where the tile does not fit the network.
  package init(
    _ network: some SegmentationNetwork, tile side: Int, channels: Int, numerics: Algorithm
  ) throws {
    let input = side + network.stride - 1
    try self.init([1, input, input, channels], numerics) { try network.everyPixel($0, in: &$1) }
  }

  /// `network` on `count` windows of `side`² pixels, each of which gives one score.
  /// - Throws: `ShapeError` where the windows do not fit the network.
  package init(
    _ network: some SegmentationNetwork, windows count: Int, of side: Int, channels: Int, numerics: Algorithm
  ) throws {
    try self.init([count, side, side, channels], numerics) { try network($0, in: &$1) }
  }

  private init(
    _ shape: Shape, _ numerics: Algorithm, _ network: (Value, inout Graph) throws -> Value
  ) throws {
    var graph = Graph(numerics: numerics)
    input = graph.value(shape)
    logits = try network(input, &graph)
    probabilities = graph.softmax(logits)
    self.graph = graph
  }

  /// The bytes of its buffers on `backend`, without what operations use while they run.
  func bytes<B: Backend>(on backend: B) -> Int {
    let plan = MemoryPlan(graph, keeping: [logits, probabilities], largest: backend.largestBuffer)
    let parameters = graph.parameters.reduce(0) { $0 + $1.value.shape.count }
    return (plan.arenas.reduce(0, +) + parameters) * MemoryLayout<Float>.stride
  }

  /// The network loaded on `backend`.
  func session<B: Backend>(_ parameters: Parameters<B>, on backend: B) throws -> Session<B> {
    try Session(graph, on: backend, parameters: parameters, keeping: [logits, probabilities])
  }
}
