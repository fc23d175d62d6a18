import UNetData
import UNetGraph
import UNetRuntime

/// Segments images of any size with the parameters that a trainer or a file left (figure 2).
public struct Predictor<B: Backend> {
  /// How images are cut.
  public let tiler: Tiler
  private let session: Session<B>
  private let tile: Value, logits: Value, probabilities: Value

  /// A predictor with tiles of `side`² pixels of `channels` grey values.
  /// - Throws: `ShapeError` where the tile does not fit the network, and the backend's errors.
  public init(_ network: UNet, side: Int, channels: Int, parameters: Parameters<B>, on backend: B) throws {
    var graph = Graph()
    tile = graph.value([1, side, side, channels])
    logits = try network(tile, in: &graph)
    probabilities = graph.softmax(logits)
    guard logits.shape[1] >= 1 << (network.levels - 1) else {
      throw ShapeError(
        operation: "segment", shape: tile.shape,
        requirement:
          "its output, \(logits.shape[1])², is smaller than a pixel of the deepest level; give a larger tile")
    }
    session = try Session(graph, on: backend, parameters: parameters, keeping: [logits, probabilities])
    tiler = Tiler(input: side, output: logits.shape[1], levels: network.levels)
  }

  /// What a network says of an image, each `[H, W, classes]`.
  public typealias Prediction = UNetTraining.Prediction

  /// The prediction for `image [H, W, C]`, normalised as in training.
  public func callAsFunction(_ image: Tensor, logits wanted: Bool = false) throws -> Prediction {
    let shape: Shape = [image.shape[0], image.shape[1], logits.shape[3]]
    var (scores, chances) = (Tensor(zeros: wanted ? shape : [0]), Tensor(zeros: shape))
    for y in tiler.starts(covering: shape[0]) {
      for x in tiler.starts(covering: shape[1]) {
        try session.write(cut(image, y, x), to: tile)
        try session.run()
        paste(try session.read(probabilities), into: &chances, y, x)
        if wanted { paste(try session.read(logits), into: &scores, y, x) }
      }
    }
    return Prediction(logits: wanted ? scores : nil, probabilities: chances)
  }

  /// The input of the tile whose output starts at (y, x), mirrored beyond the image.
  private func cut(_ image: Tensor, _ y: Int, _ x: Int) -> Tensor {
    let (height, width, channels) = (image.shape[0], image.shape[1], image.shape[2])
    let columns = (0..<tiler.input).map { mirrored(x + $0 - tiler.margin, width) * channels }
    var elements: [Float] = []
    elements.reserveCapacity(tile.shape.count)
    for j in 0..<tiler.input {
      let row = mirrored(y + j - tiler.margin, height) * width * channels
      for column in columns { elements += image.elements[row + column..<row + column + channels] }
    }
    return Tensor(tile.shape, elements)
  }

  /// Copies the part of a tile's output that lies inside the image.
  private func paste(_ output: Tensor, into target: inout Tensor, _ y: Int, _ x: Int) {
    let (height, width, classes) = (target.shape[0], target.shape[1], target.shape[2])
    let count = min(tiler.output, width - x) * classes
    for j in 0..<min(tiler.output, height - y) {
      let (from, to) = (j * tiler.output * classes, ((y + j) * width + x) * classes)
      target.elements.replaceSubrange(to..<to + count, with: output.elements[from..<from + count])
    }
  }
}
