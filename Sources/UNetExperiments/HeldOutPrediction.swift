import UNetData
import UNetEvaluation
import UNetGraph
import UNetRuntime
import UNetTraining

/// The predictions of an experiment's held-out images in a file, and their judgement.
struct HeldOutPrediction {
  let experiment: Experiment
  let file: String

  /// The predictions of `experiment` in a TIFF, a page of probabilities of white (float32) for each held-out image.
  init(_ experiment: Experiment, file: String) { (self.experiment, self.file) = (experiment, file) }

  /// Predicts every held-out image as the experiment says, and writes the file.
  /// - Returns: the seconds that a picture of 512² pixels takes.
  /// - Throws: `DataError`, `FileError`, `Interrupted`, the backend's errors.
  func write<B: Backend>(_ model: Model, root: DataRoot, on backend: B) throws -> Double {
    let frames = try TrainingData.heldOut(experiment, root: root)
    let judge = try Judge(experiment, frames: frames, model: model, on: backend)
    // The first use of a shape may compile kernels.
    if let first = frames.first { _ = try judge.foreground(first) }
    let start = ContinuousClock.now
    let pages = try frames.map { frame in
      guard !Interruption.isAsked else {
        throw Interrupted("interrupted while predicting; the same command goes on from there")
      }
      return Image(
        height: frame.image.height, width: frame.image.width, format: .float32,
        pixels: try judge.foreground(frame))
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try ImageFile.write(pages, to: file)
    let pixels = frames.map { $0.image.height * $0.image.width }.reduce(0, +)
    return seconds * 512 * 512 / Double(max(pixels, 1))
  }

  /// An evaluator of such predictions.
  func evaluator(_ metrics: [Metric]) -> Evaluator {
    Evaluator(
      metrics, threshold: experiment.prediction.threshold, truthIsInstances: experiment.data.kind != .classes)
  }

  /// The held-out images' labels beside what the file says of them.
  /// - Throws: `DataError`, `FrameError`.
  func compared(root: DataRoot) throws -> [ComparedFrame] {
    let frames = try TrainingData.heldOut(experiment, root: root)
    let pages = try ImageFile.read(file)
    guard pages.count == frames.count else {
      throw DataError(file, "has \(pages.count) pages for \(frames.count) held-out images: remove it")
    }
    return try zip(frames, pages).map { frame, page in
      try frame.compared(page.pixels, experiment.prediction)
    }
  }
}
