import UNetGraph
import UNetRuntime

/// Segments images of any size with the parameters that a trainer or a file left (figure 2).
public struct Predictor<B: Backend> {
  /// How images are cut.
  public let tiler: Tiler
  private let session: Session<B>
  private let tile: Value, logits: Value, probabilities: Value
  /// Pixels from one of a fragment to the next, and where each fragment of a tile begins.
  private let stride: Int, offsets: [(row: Int, column: Int)]

  /// A predictor with tiles of `side`² pixels of `channels` grey values, and of `stride - 1` more for a network that
  /// gives one score every `stride` pixels.
  /// - Throws: `ShapeError` where the tile does not fit the network, and the backend's errors.
  public init(
    _ network: some SegmentationNetwork, side: Int, channels: Int, numerics: Algorithm = .direct,
    parameters: Parameters<B>, on backend: B
  ) throws {
    let (stride, input) = (network.stride, side + network.stride - 1)
    var graph = Graph(numerics: numerics)
    tile = graph.value([1, input, input, channels])
    logits = try network.everyPixel(tile, in: &graph)
    probabilities = graph.softmax(logits)
    let output = logits.shape[1] * stride
    guard output >= network.grid else {
      throw ShapeError(
        operation: "segment", shape: tile.shape,
        requirement:
          "its output, \(output)², is smaller than a pixel of the deepest level; give a larger tile")
    }
    session = try Session(graph, on: backend, parameters: parameters, keeping: [logits, probabilities])
    tiler = Tiler(input: input, output: output, grid: network.grid)
    (self.stride, offsets) = (stride, (0..<stride * stride).map { network.offset(of: $0) })
  }

  /// What a network says of an image, each `[H, W, classes]`.
  public typealias Prediction = UNetTraining.Prediction

  /// The prediction for `image [H, W, C]`, normalised as in training.
  public func callAsFunction(_ image: Tensor, logits wanted: Bool = false) throws -> Prediction {
    let shape: Shape = [image.shape[0], image.shape[1], logits.shape[3]]
    var (scores, chances) = (Tensor(zeros: wanted ? shape : [0]), Tensor(zeros: shape))
    for y in tiler.starts(covering: shape[0]) {
      for x in tiler.starts(covering: shape[1]) {
        let (top, left) = (y - tiler.margin, x - tiler.margin)
        let square = image.square(top: top, left: left, side: tiler.input)
        try session.write(Tensor(tile.shape, square), to: tile)
        try session.run()
        paste(try session.read(probabilities), into: &chances, y, x)
        if wanted { paste(try session.read(logits), into: &scores, y, x) }
      }
    }
    return Prediction(logits: wanted ? scores : nil, probabilities: chances)
  }

  /// Copies the part of a tile's output that lies inside the image, fragment by fragment.
  private func paste(_ output: Tensor, into target: inout Tensor, _ y: Int, _ x: Int) {
    for (fragment, offset) in offsets.enumerated() {
      target.paste(output, fragment, top: y + offset.row, left: x + offset.column, stride: stride)
    }
  }
}
