import UNetData
import UNetEvaluation
import UNetExperiments
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetProgress
import UNetRuntime

/// The predictions of an experiment's held-out images in a file, and their judgement.
struct HeldOutPrediction {
  let experiment: Experiment
  let file: String

  /// The predictions of `experiment` in a TIFF, a page of probabilities of white (float32) for each held-out image.
  init(_ experiment: Experiment, file: String) { (self.experiment, self.file) = (experiment, file) }

  /// Predicts every held-out image as the experiment says, and writes the file.
  ///
  /// With `windows`, the time is that of a sliding window computed pixel by pixel (`WindowPredictor`), measured on some
  /// rows of the first image, where it must give the same bits.
  /// - Returns: the seconds that a picture of 512² pixels takes.
  /// - Throws: `DataError`, `FileError`, `Interrupted`, the backend's errors.
  func write<B: Backend>(_ model: Model, windows: Bool, root: DataRoot, on backend: B) throws -> Double {
    let frames = try TrainingData.heldOutFrames(of: experiment, root: root)
    let judge = try ValidationPass(
      experiment, frames: frames, parameters: Parameters(of: model, on: backend), on: backend)
    // The first use of a shape may compile kernels.
    if let first = frames.first { _ = try judge.white(first) }
    let start = ContinuousClock.now
    let pages = try frames.map { frame in
      guard !Interruption.isAsked else {
        throw Interrupted("interrupted while predicting; the same command goes on from there")
      }
      return Image(
        height: frame.image.height, width: frame.image.width, format: .float32,
        pixels: try judge.white(frame))
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try ImageFile.write(pages, to: file)
    if windows, let first = frames.first {
      return try windowSeconds(first, pages[0].pixels, model, on: backend)
    }
    let pixels = frames.map { $0.image.height * $0.image.width }.reduce(0, +)
    return seconds * 512 * 512 / Double(max(pixels, 1))
  }

  /// The seconds of 512² windows, each computed by itself, from those of the first rows of a frame.
  private func windowSeconds<B: Backend>(
    _ frame: Frame, _ expected: [Float], _ model: Model, on backend: B
  ) throws -> Double {
    guard case .slidingWindow(let network) = model.network else {
      preconditionFailure("\(experiment.name) has no window")
    }
    let predictor = try WindowPredictor(
      network, channels: model.channels, parameters: Parameters(of: model, on: backend), on: backend)
    let (width, rows) = (frame.image.width, min(16, frame.image.height))
    let input = Tensor(
      [frame.image.height, width, model.channels], model.pipeline.normalisation(frame.image))
    _ = try predictor(input, rows: 0..<1)
    let start = ContinuousClock.now
    let white = foreground(try predictor(input, rows: 0..<rows).probabilities)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    guard white == Array(expected.prefix(rows * width)) else {
      throw DataError(
        file, "differs from the same network computed window by window: report this as an error")
    }
    return seconds * 512 * 512 / Double(rows * width)
  }

  /// An evaluator of such predictions.
  func evaluator(_ metrics: [Metric]) -> Evaluator {
    Evaluator(
      metrics, threshold: experiment.prediction.threshold, truthIsInstances: experiment.data.kind != .classes)
  }

  /// The held-out images' labels beside what the file says of them.
  /// - Throws: `DataError`, `FrameError`.
  func compared(root: DataRoot) throws -> [ComparedFrame] {
    let frames = try TrainingData.heldOutFrames(of: experiment, root: root)
    let pages = try ImageFile.read(file)
    guard pages.count == frames.count else {
      throw DataError(file, "has \(pages.count) pages for \(frames.count) held-out images: remove it")
    }
    return try zip(frames, pages).map { frame, page in
      try frame.compared(page.pixels, experiment.prediction)
    }
  }
}
