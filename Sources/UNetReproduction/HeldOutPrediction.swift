import UNetData
import UNetEvaluation
import UNetExperiments
import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetWork

/// The predictions of an experiment's held-out images in a file, and their evaluation.
struct HeldOutPrediction {
  let experiment: Experiment
  /// What decides the probabilities, beside the trained network, in a few letters; and whether the time is that of single windows.
  let key: String
  /// A TIFF of float32: of two classes a page for each held-out image, the probability of foreground; of more a page for each class
  /// of each image.
  let file: String
  private let windows: Bool

  /// Those of `experiment`, in the folder of its training.  With `windows` the time is that of a sliding window computed pixel by
  /// pixel.
  init(_ experiment: Experiment, windows: Bool, in folder: RunFolder) {
    let (tile, averaging) = (experiment.prediction.tile, experiment.prediction.averaging)
    let digest = Digest.sha256("tile \(tile), rotations \(averaging.rotations), flips \(averaging.flips)")
    key = "\(digest.prefix(8))\(windows ? "-windows" : "")"
    (self.experiment, self.windows, file) = (experiment, windows, folder.predictions(key))
  }

  /// Pages of the file for an image.
  private var planes: Int { experiment.network.classes == 2 ? 1 : experiment.network.classes }

  /// Predicts every held-out image as the experiment says, and writes the file.
  ///
  /// With `windows`, the time is measured (`SingleWindows`) on some rows of the first image, where windows must give the same bits.
  /// - Returns: the seconds that a picture of 512² pixels takes.
  /// - Throws: `DataError`, `FileError`, `Interrupted`, the backend's errors.
  func write<B: Backend>(_ model: Model, root: DataRoot, on backend: B, isCancelled: () -> Bool) throws
    -> Double
  {
    let frames = try TrainingData.heldOutFrames(of: experiment, root: root)
    let segmenter = try Segmenter(experiment.model(model.weights, step: model.step), on: backend)
    // The first use of a shape may compile kernels.
    if let first = frames.first { _ = try segmenter.segment(first.image) }
    let start = ContinuousClock.now
    let pages = try frames.flatMap { frame in
      guard !isCancelled() else { throw Interrupted("interrupted while predicting") }
      return try segmenter.segment(frame.image).planes.map {
        Image(height: frame.image.height, width: frame.image.width, format: .float32, pixels: $0)
      }
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

  /// The pages of each of `count` images.
  /// - Throws: `FileError`, `DataError` where the file is of other images.
  func read(count: Int) throws -> [[[Float]]] {
    let pages = try ImageFile.read(file).map(\.pixels)
    guard pages.count == count * planes else {
      throw DataError(file, "has \(pages.count) pages for \(count) held-out images: remove it")
    }
    return (0..<count).map { Array(pages[$0 * planes..<($0 + 1) * planes]) }
  }
}

extension Prediction {
  /// Of two classes the probability of foreground, of more that of each class.
  fileprivate var planes: [[Float]] {
    let (classes, elements) = (classes, probabilities.elements)
    guard classes > 2 else { return [foreground] }
    return (0..<classes).map { c in stride(from: c, to: elements.count, by: classes).map { elements[$0] } }
  }
}
