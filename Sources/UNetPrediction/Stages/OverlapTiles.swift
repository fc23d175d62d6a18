import UNetGraph
import UNetImages
import UNetNetworks
import UNetNumerics
import UNetRuntime

/// Tiles that overlap by what the network reads and does not segment (figure 2), one after the other.
struct OverlapTiles<B: Backend>: TileStage {
  let network: TracedNetwork
  fileprivate let tiler: Tiler
  fileprivate let session: Session<B>
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
          "it segments \(output)² pixels, less than the \(network.grid)² of a step; give a larger tile")
    }
    session = try traced.session(parameters, on: backend)
    tiler = Tiler(input: traced.input.shape[1], output: output, grid: network.grid)
    offsets = (0..<stride * stride).map { network.offset(of: $0) }
  }

  func bands(of image: any ImageRows, scores: Bool, _ observer: @escaping TileObserver) -> any Bands {
    TileRows(self, of: image, scores: scores, observer)
  }

  /// Copies the part of a tile's output that lies inside `target`, whose rows are those of the tile, fragment by
  /// fragment; the tile begins at `column`.
  fileprivate func paste(_ output: Tensor, into target: inout Tensor, at column: Int) {
    for (fragment, offset) in offsets.enumerated() {
      target.paste(
        output, fragment, inset: inset, top: offset.row, left: column + offset.column, stride: stride)
    }
  }
}

/// The tiles of an image, a row of them after the other: only what a row reads and gives is held.
private struct TileRows<B: Backend>: Bands {
  private let tiles: OverlapTiles<B>
  private let image: any ImageRows
  private let wanted: Bool
  private let observer: TileObserver
  /// Where tiles begin, down and across, and how many rows of them are done.
  private let tops: [Int], lefts: [Int]
  private var done = 0

  init(_ tiles: OverlapTiles<B>, of image: any ImageRows, scores: Bool, _ observer: @escaping TileObserver) {
    (self.tiles, self.image, wanted, self.observer) = (tiles, image, scores, observer)
    tops = tiles.tiler.starts(covering: image.height)
    lefts = tiles.tiler.starts(covering: image.width)
  }

  mutating func next() throws -> Band? {
    guard done < tops.count else { return nil }
    let top = tops[done]
    // Where two tiles overlap, the later one counts: its rows are left to it.
    let end = done + 1 < tops.count ? tops[done + 1] : image.height
    let prediction = try predict(top, rows: min(tiles.tiler.output, image.height - top))
    done += 1
    return Band(rows: top..<end, prediction: prediction.first(end - top))
  }

  /// What a row of tiles says of the `rows` rows from `top` on.
  private func predict(_ top: Int, rows: Int) throws -> Prediction {
    let (session, network) = (tiles.session, tiles.network)
    let shape: Shape = [rows, image.width, network.logits.shape[3]]
    var (scores, chances) = (Tensor(zeros: wanted ? shape : [0]), Tensor(zeros: shape))
    let input = readRows(top - tiles.tiler.margin)
    var square = cut(lefts[0], of: input)
    var read: (column: Int, probabilities: Tensor, logits: Tensor?)?
    func pasteRead() {
      guard let read else { return }
      tiles.paste(read.probabilities, into: &chances, at: read.column)
      if let logits = read.logits { tiles.paste(logits, into: &scores, at: read.column) }
    }
    for (i, column) in lefts.enumerated() {
      try session.write(square, to: network.input)
      try session.run()
      // While the device works on this tile, the host ends the last one and begins the next.
      pasteRead()
      if i + 1 < lefts.count { square = cut(lefts[i + 1], of: input) }
      read = (
        column, try session.read(network.probabilities), wanted ? try session.read(network.logits) : nil
      )
      try observer(Double(done * lefts.count + i + 1) / Double(tops.count * lefts.count))
    }
    pasteRead()
    return Prediction(probabilities: chances, logits: wanted ? scores : nil)
  }

  /// The rows that tiles read from `top` on, mirrored beyond the image.
  private func readRows(_ top: Int) -> Tensor {
    let numbers = (top..<top + tiles.tiler.input).map { mirrored($0, image.height) }
    let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 0)
    let (values, row) = (image.values(rows: first..<last + 1), image.width * image.channels)
    var rows: [Float] = []
    rows.reserveCapacity(numbers.count * row)
    for number in numbers { rows += values[(number - first) * row..<(number - first + 1) * row] }
    return Tensor([numbers.count, image.width, image.channels], rows)
  }

  /// What the tile at `column` reads of `rows`, mirrored beyond the image.
  private func cut(_ column: Int, of rows: Tensor) -> Tensor {
    let tiler = tiles.tiler
    return Tensor(
      tiles.network.input.shape, rows.square(top: 0, left: column - tiler.margin, side: tiler.input))
  }
}

extension Prediction {
  /// Of the first rows alone.
  fileprivate func first(_ rows: Int) -> Prediction {
    guard rows < probabilities.shape[0] else { return self }
    func cut(_ x: Tensor) -> Tensor {
      let shape: Shape = [rows, x.shape[1], x.shape[2]]
      return Tensor(shape, Array(x.elements.prefix(shape.count)))
    }
    return Prediction(probabilities: cut(probabilities), logits: logits.map(cut))
  }
}
