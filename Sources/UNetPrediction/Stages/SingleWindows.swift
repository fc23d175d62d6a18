import UNetImages
import UNetNumerics
import UNetRuntime

/// A sliding window as it is defined: one window a pixel, each computed by itself.
///
/// "It is quite slow because the network must be run separately for each patch, and there is a lot of redundancy due to
/// overlapping patches" (section 1): this is the measure of it.  `OverlapTiles` gives the same bits with each overlap
/// computed once.
package struct SingleWindows<B: Backend>: TileStage {
  let network: TracedNetwork
  private let session: Session<B>

  /// Windows for a network that was traced for a batch of them.
  /// - Throws: the backend's errors.
  init(_ traced: TracedNetwork, parameters: Parameters<B>, on backend: B) throws {
    (network, session) = (traced, try traced.session(parameters, on: backend))
  }

  var step: Int { 1 }

  func bands(
    of image: any ImageRows, in region: ImageRegion, scores: Bool, _ observer: @escaping TileObserver
  ) -> any Bands {
    WindowRows(stage: self, image: Tensor(image), region: region, scores: scores, observer: observer)
  }

  /// The prediction for some rows of `image [H, W, C]`, normalised as in training and mirrored beyond its border.
  package func predict(_ image: Tensor, rows: Range<Int>, scores wanted: Bool = false) throws -> Prediction {
    let (batch, shape) = (
      network.input.shape[0], [rows.count, image.shape[1], network.logits.shape[3]] as Shape
    )
    let pixels = rows.upperBound * shape[1]
    var (scores, chances): ([Float], [Float]) = ([], [])
    for first in stride(from: rows.lowerBound * shape[1], to: pixels, by: batch) {
      // The last batch is filled up with the last pixel.
      let elements = (first..<first + batch).flatMap { window(of: min($0, pixels - 1), in: image) }
      try session.write(Tensor(network.input.shape, elements), to: network.input)
      try session.run()
      let count = min(batch, pixels - first) * shape[2]
      chances += try session.read(network.probabilities).elements[..<count]
      if wanted { scores += try session.read(network.logits).elements[..<count] }
    }
    return Prediction(
      probabilities: Tensor(shape, chances), logits: wanted ? Tensor(shape, scores) : nil)
  }

  /// The window whose middle is the pixel at this place in reading order.
  private func window(of pixel: Int, in image: Tensor) -> [Float] {
    let (side, width) = (network.input.shape[1], image.shape[1])
    return image.square(top: pixel / width - side / 2, left: pixel % width - side / 2, side: side)
  }
}

/// The windows of an image, of so many rows at a time that a batch of them is full.
private struct WindowRows<B: Backend>: Bands {
  let stage: SingleWindows<B>
  let image: Tensor
  let region: ImageRegion
  let scores: Bool
  let observer: TileObserver
  private(set) var done = 0

  mutating func next() throws -> Band? {
    let batch = stage.network.input.shape[0]
    guard done < region.height else { return nil }
    let count = min(region.height - done, (batch + image.shape[1] - 1) / image.shape[1])
    let first = region.rows.lowerBound + done
    let prediction = try stage.predict(image, rows: first..<first + count, scores: scores)
    done += count
    try observer(Double(done) / Double(region.height))
    return Band(
      rows: first..<first + count, prediction: prediction.part(rows: 0..<count, columns: region.columns))
  }
}
