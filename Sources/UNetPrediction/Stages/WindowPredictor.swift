import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetRuntime

/// Segments images with a sliding window as it is defined: one window a pixel, each computed by itself.
///
/// "It is quite slow because the network must be run separately for each patch, and there is a lot of redundancy due to
/// overlapping patches" (section 1): this is the measure of it.  `Predictor` gives the same bits with each overlap
/// computed once.
package struct WindowPredictor<B: Backend> {
  /// Windows that run together, so that a device has enough to do.
  package let batch: Int
  private let session: Session<B>
  private let windows: Value, logits: Value, probabilities: Value

  /// A predictor for images of `channels` grey values.
  /// - Throws: the backend's errors.
  package init(
    _ network: SlidingWindow, channels: Int, batch: Int = 64, parameters: Parameters<B>, on backend: B
  ) throws {
    var graph = Graph()
    windows = graph.value([batch, SlidingWindow.window, SlidingWindow.window, channels])
    logits = try network(windows, in: &graph)
    probabilities = graph.softmax(logits)
    session = try Session(graph, on: backend, parameters: parameters, keeping: [logits, probabilities])
    self.batch = batch
  }

  /// The prediction for `image [H, W, C]`, normalised as in training, or for some of its rows; beyond the image's
  /// border it is mirrored.
  package func callAsFunction(_ image: Tensor, rows: Range<Int>? = nil, logits wanted: Bool = false) throws
    -> Prediction
  {
    let rows = rows ?? 0..<image.shape[0]
    let shape: Shape = [rows.count, image.shape[1], logits.shape[3]]
    let pixels = rows.upperBound * shape[1]
    var (scores, chances): ([Float], [Float]) = ([], [])
    for first in stride(from: rows.lowerBound * shape[1], to: pixels, by: batch) {
      // The last batch is filled up with the last pixel.
      let elements = (first..<first + batch).flatMap { window(of: min($0, pixels - 1), in: image) }
      try session.write(Tensor(windows.shape, elements), to: windows)
      try session.run()
      let count = min(batch, pixels - first) * shape[2]
      chances += try session.read(probabilities).elements[..<count]
      if wanted { scores += try session.read(logits).elements[..<count] }
    }
    return Prediction(logits: wanted ? Tensor(shape, scores) : nil, probabilities: Tensor(shape, chances))
  }

  /// The window whose middle is the pixel at this place in reading order.
  private func window(of pixel: Int, in image: Tensor) -> [Float] {
    let (side, width) = (SlidingWindow.window, image.shape[1])
    return image.square(top: pixel / width - side / 2, left: pixel % width - side / 2, side: side)
  }
}
