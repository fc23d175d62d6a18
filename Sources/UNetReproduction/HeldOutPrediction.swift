import UNetData
import UNetEvaluation
import UNetExperiments
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetWork

/// The predictions of an experiment's held-out images in a file, and their evaluation.
struct HeldOutPrediction {
  let experiment: Experiment
  /// A TIFF, a page of probabilities of foreground (float32) for each held-out image.
  let file: String

  /// Predicts every held-out image as the experiment says, and writes the file.
  ///
  /// With `windows`, the time is that of a sliding window computed pixel by pixel (`SingleWindows`), measured on some
  /// rows of the first image, where it must give the same bits.
  /// - Returns: the seconds that a picture of 512² pixels takes.
  /// - Throws: `DataError`, `FileError`, `Interrupted`, the backend's errors.
  func write<B: Backend>(
    _ model: Model, windows: Bool, root: DataRoot, on backend: B, isCancelled: () -> Bool
  ) throws -> Double {
    let frames = try TrainingData.heldOutFrames(of: experiment, root: root)
    let segmenter = try Segmenter(experiment.model(model.weights, step: model.step), on: backend)
    // The first use of a shape may compile kernels.
    if let first = frames.first { _ = try segmenter.segment(first.image) }
    let start = ContinuousClock.now
    let pages = try frames.map { frame in
      guard !isCancelled() else { throw Interrupted("interrupted while predicting") }
      return Image(
        height: frame.image.height, width: frame.image.width, format: .float32,
        pixels: try segmenter.segment(frame.image).foreground)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try ImageFile.write(pages, to: file)
    if windows, let first = frames.first {
      return try windowSeconds(first, pages[0].pixels, segmenter)
    }
    let pixels = frames.map { $0.image.height * $0.image.width }.reduce(0, +)
    return seconds * 512 * 512 / Double(max(pixels, 1))
  }

  /// The seconds of 512² windows, each computed by itself, from those of the first rows of a frame.
  private func windowSeconds<B: Backend>(
    _ frame: Frame, _ expected: [Float], _ segmenter: Segmenter<B>
  ) throws -> Double {
    let (input, stage) = (try segmenter.prepare(frame.image), try segmenter.singleWindows())
    let (width, rows) = (frame.image.width, min(16, frame.image.height))
    _ = try stage.predict(input, rows: 0..<1)
    let start = ContinuousClock.now
    let foreground = try stage.predict(input, rows: 0..<rows).foreground
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    guard foreground == Array(expected.prefix(rows * width)) else {
      throw DataError(
        file, "differs from the same network computed window by window: report this as an error")
    }
    return seconds * 512 * 512 / Double(rows * width)
  }

  /// The held-out images.
  /// - Throws: `DataError`.
  func frames(root: DataRoot) throws -> [Frame] { try TrainingData.heldOutFrames(of: experiment, root: root) }

  /// What the file says of the foreground of each.
  func foregrounds() throws -> [[Float]] { try ImageFile.read(file).map(\.pixels) }
}
