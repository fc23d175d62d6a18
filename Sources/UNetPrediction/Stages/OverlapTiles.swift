import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetRuntime

/// Tiles that overlap by what the network reads and does not segment (figure 2), one after the other.
struct OverlapTiles<B: Backend>: TileStage {
  let network: TracedNetwork
  private let tiler: Tiler
  private let session: Session<B>
  /// Pixels from one of a fragment to the next, and where each fragment of a tile begins.
  private let stride: Int, offsets: [(row: Int, column: Int)]
  /// Scores at each border of a fragment that are left out.
  private let inset: Int

  /// Tiles for `network`, which was traced for one of them.
  /// - Throws: `ShapeError` where a tile segments too little, and the backend's errors.
  init(
    _ network: some SegmentationNetwork, traced: TracedNetwork, parameters: Parameters<B>, on backend: B
  ) throws {
    (self.network, stride) = (traced, network.stride)
    inset = network.margin / stride
    let output = (traced.logits.shape[1] - 2 * inset) * stride
    guard output >= network.grid else {
      throw ShapeError(
        operation: "segment", shape: traced.input.shape,
        requirement:
          "its output, \(output)², is smaller than a pixel of the deepest level; give a larger tile")
    }
    session = try traced.session(parameters, on: backend)
    tiler = Tiler(input: traced.input.shape[1], output: output, grid: network.grid)
    offsets = (0..<stride * stride).map { network.offset(of: $0) }
  }

  func predict(_ image: Tensor, scores wanted: Bool) throws -> Prediction {
    let shape: Shape = [image.shape[0], image.shape[1], network.logits.shape[3]]
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
      try session.write(square, to: network.input)
      try session.run()
      // While the device works on this tile, the host ends the last one and begins the next.
      pasteDone()
      if i + 1 < corners.count { square = cut(corners[i + 1], of: image) }
      done = (
        corner, try session.read(network.probabilities), wanted ? try session.read(network.logits) : nil
      )
    }
    pasteDone()
    return Prediction(probabilities: chances, logits: wanted ? scores : nil)
  }

  /// Where the segmented square of a tile begins.
  private struct Corner { let y: Int, x: Int }

  /// What a tile reads, mirrored beyond the image.
  private func cut(_ corner: Corner, of image: Tensor) -> Tensor {
    let (top, left) = (corner.y - tiler.margin, corner.x - tiler.margin)
    return Tensor(network.input.shape, image.square(top: top, left: left, side: tiler.input))
  }

  /// Copies the part of a tile's output that lies inside the image, fragment by fragment.
  private func paste(_ output: Tensor, into target: inout Tensor, _ at: Corner) {
    for (fragment, offset) in offsets.enumerated() {
      target.paste(
        output, fragment, inset: inset, top: at.y + offset.row, left: at.x + offset.column, stride: stride)
    }
  }
}
