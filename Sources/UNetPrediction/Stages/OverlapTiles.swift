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

  var step: Int { tiler.output / tiler.grid * tiler.grid }

  func bands(
    of image: any ImageRows, in region: ImageRegion, scores: Bool, _ observer: @escaping TileObserver
  ) -> any Bands {
    TileRows(self, of: image, in: region, scores: scores, observer)
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

/// The tiles of a region, a row of them after the other: only what a row reads and gives is held.
private struct TileRows<B: Backend>: Bands {
  private let tiles: OverlapTiles<B>
  private let image: any ImageRows
  private let region: ImageRegion
  private let wanted: Bool
  private let observer: TileObserver
  /// The tiles that have a part in it, down and across, and how many rows of them are done.
  private let down: [Tiler.Share], across: [Tiler.Share]
  private var done = 0

  init(
    _ tiles: OverlapTiles<B>, of image: any ImageRows, in region: ImageRegion, scores: Bool,
    _ observer: @escaping TileObserver
  ) {
    (self.tiles, self.image, self.region) = (tiles, image, region)
    (wanted, self.observer) = (scores, observer)
    down = tiles.tiler.shares(of: image.height, in: region.rows)
    across = tiles.tiler.shares(of: image.width, in: region.columns)
  }

  mutating func next() throws -> Band? {
    guard done < down.count else { return nil }
    let (top, rows) = (down[done].start, down[done].pixels)
    let left = across[0].start
    let prediction = try predict(top, rows: rows.upperBound - top, left)
    done += 1
    let part = prediction.part(
      rows: rows.lowerBound - top..<rows.upperBound - top,
      columns: region.columns.lowerBound - left..<region.columns.upperBound - left)
    return Band(rows: rows, prediction: part)
  }

  /// What a row of tiles says of the `rows` rows from `top` on, and of the columns from `left` on.
  private func predict(_ top: Int, rows: Int, _ left: Int) throws -> Prediction {
    let (session, network) = (tiles.session, tiles.network)
    let shape: Shape = [rows, region.columns.upperBound - left, network.logits.shape[3]]
    var (scores, chances) = (Tensor(zeros: wanted ? shape : [0]), Tensor(zeros: shape))
    let columns = across.map { share in
      (0..<tiles.tiler.input).map { mirrored(share.start - tiles.tiler.margin + $0, image.width) }
    }
    let read = columns.reduce(columns[0][0]..<columns[0][0] + 1) { range, columns in
      min(range.lowerBound, columns.min() ?? 0)..<max(range.upperBound, (columns.max() ?? 0) + 1)
    }
    let input = readRows(top - tiles.tiler.margin, read)
    func cut(_ number: Int) -> Tensor {
      Tensor(network.input.shape, input.columns(columns[number].map { $0 - read.lowerBound }))
    }
    var square = cut(0)
    var waiting: (column: Int, probabilities: Tensor, logits: Tensor?)?
    func paste() {
      guard let waiting else { return }
      tiles.paste(waiting.probabilities, into: &chances, at: waiting.column)
      if let logits = waiting.logits { tiles.paste(logits, into: &scores, at: waiting.column) }
    }
    for (i, share) in across.enumerated() {
      try session.write(square, to: network.input)
      try session.run()
      // While the device works on this tile, the host ends the last one and begins the next.
      paste()
      if i + 1 < across.count { square = cut(i + 1) }
      waiting = (
        share.start - left, try session.read(network.probabilities),
        wanted ? try session.read(network.logits) : nil
      )
      try observer(Double(done * across.count + i + 1) / Double(down.count * across.count))
    }
    paste()
    return Prediction(probabilities: chances, logits: wanted ? scores : nil)
  }

  /// The rows that tiles read from `top` on, mirrored beyond the image; of these columns.
  private func readRows(_ top: Int, _ columns: Range<Int>) -> Tensor {
    let numbers = (top..<top + tiles.tiler.input).map { mirrored($0, image.height) }
    let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 0)
    let values = image.values(rows: first..<last + 1, columns: columns)
    let row = columns.count * image.channels
    var rows: [Float] = []
    rows.reserveCapacity(numbers.count * row)
    for number in numbers { rows += values[(number - first) * row..<(number - first + 1) * row] }
    return Tensor([numbers.count, columns.count, image.channels], rows)
  }
}

extension Prediction {
  /// That of these rows and columns alone.
  package func part(rows: Range<Int>, columns: Range<Int>) -> Prediction {
    func cut(_ x: Tensor) -> Tensor {
      let (width, classes) = (x.shape[1], x.shape[2])
      guard rows.count < x.shape[0] || columns.count < width else { return x }
      let shape: Shape = [rows.count, columns.count, classes]
      guard columns.count < width else {
        return Tensor(
          shape,
          Array(x.elements[rows.lowerBound * width * classes..<rows.upperBound * width * classes]))
      }
      return Tensor(
        shape,
        rows.flatMap { row in
          let first = (row * width + columns.lowerBound) * classes
          return x.elements[first..<first + columns.count * classes]
        })
    }
    var part = Prediction(probabilities: cut(probabilities), logits: logits.map(cut))
    (part.threshold, part.instanceOptions) = (threshold, instanceOptions)
    return part
  }
}
