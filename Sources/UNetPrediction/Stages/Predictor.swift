import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetRuntime

/// Segments images of any size with the parameters that a trainer or a file left (figure 2).
package struct Predictor<B: Backend> {
  /// How images are cut.
  package let tiler: Tiler
  private let session: Session<B>
  private let tile: Value, logits: Value, probabilities: Value
  /// Pixels from one of a fragment to the next, and where each fragment of a tile begins.
  private let stride: Int, offsets: [(row: Int, column: Int)]

  /// A predictor with tiles of `side`² pixels of `channels` grey values, and of `stride - 1` more for a network that
  /// gives one score every `stride` pixels.
  /// - Throws: `ShapeError` where the tile does not fit the network, and the backend's errors.
  package init(
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
  package typealias Prediction = UNetPrediction.Prediction

  /// The prediction for `image [H, W, C]`, normalised as in training.
  package func callAsFunction(_ image: Tensor, logits wanted: Bool = false) throws -> Prediction {
    let shape: Shape = [image.shape[0], image.shape[1], logits.shape[3]]
    var (scores, chances) = (Tensor(zeros: wanted ? shape : [0]), Tensor(zeros: shape))
    let columns = tiler.starts(covering: shape[1])
    let corners = tiler.starts(covering: shape[0]).flatMap { y in columns.map { x in Corner(y: y, x: x) } }
    var square = cut(corners[0], of: image)
    var done: (at: Corner, probabilities: Tensor, logits: Tensor?)?
    func pasteDone() {
      guard let done else { return }
      paste(done.probabilities, into: &chances, done.at)
      if let logits = done.logits { paste(logits, into: &scores, done.at) }
    }
    for (i, corner) in corners.enumerated() {
      try session.write(square, to: tile)
      try session.run()
      // While the device works on this tile, the host ends the last one and begins the next.
      pasteDone()
      if i + 1 < corners.count { square = cut(corners[i + 1], of: image) }
      done = (corner, try session.read(probabilities), wanted ? try session.read(logits) : nil)
    }
    pasteDone()
    return Prediction(logits: wanted ? scores : nil, probabilities: chances)
  }

  /// Where the segmented square of a tile begins.
  private struct Corner { let y: Int, x: Int }

  /// What a tile reads, mirrored beyond the image.
  private func cut(_ corner: Corner, of image: Tensor) -> Tensor {
    let (top, left) = (corner.y - tiler.margin, corner.x - tiler.margin)
    return Tensor(tile.shape, image.square(top: top, left: left, side: tiler.input))
  }

  /// Copies the part of a tile's output that lies inside the image, fragment by fragment.
  private func paste(_ output: Tensor, into target: inout Tensor, _ at: Corner) {
    for (fragment, offset) in offsets.enumerated() {
      target.paste(output, fragment, top: at.y + offset.row, left: at.x + offset.column, stride: stride)
    }
  }
}
