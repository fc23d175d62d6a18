import UNetData
import UNetEvaluation
import UNetExperiments
import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetReports
import UNetRuntime

/// What a run's model says of its held-out images.
package struct HeldOutReport: Sendable {
  /// A held-out image: its name, and pictures of it with a word for each.
  package struct Pictures: Sendable {
    let name: String
    let pictures: [(caption: String, image: Image)]
  }

  let pictures: [Pictures]
  /// The figures of all held-out images at the model's threshold, and those of each threshold.
  let evaluation: Evaluation
  let figure: Figure?
  let thresholds: [(threshold: Double, value: Double)]
  /// The threshold that the model keeps; nil of more than two classes.
  let threshold: Double?
  /// A line where the model has learnt from some of these images.
  package let note: String?
  /// Mean probability and share of foreground for each tenth of the probability, and its pixels.
  let reliability: [(probability: Double, share: Double, pixels: Int)]

  /// Segments the held-out images of a run, and makes pictures of the first `count`.
  /// - Throws: `DataError`, `ConfigurationError`, `ModelError`; `CancellationError`; the backend's errors.
  package init(
    _ run: RunSummary, model path: String, root: DataRoot, pictures count: Int, on backend: some Backend
  ) throws {
    let (model, experiment) = (try Model.read(path), run.experiment)
    let frames = try TrainingData.heldOutFrames(of: experiment, root: root)
    note = try TrainingData.overlap(of: path, with: frames, root: root)
    let segmenter = try Segmenter(model, on: backend)
    var settings = experiment.prediction
    (settings.threshold, settings.instances) = (model.threshold, model.instances)
    var found: [(foreground: [Float], classes: [Int32]?)] = []
    for frame in frames {
      try Cancellation.check()
      let prediction = try segmenter.segment(frame.image)
      found.append(
        (prediction.foreground, prediction.classes > 2 ? prediction.labels().map(Int32.init) : nil))
    }
    let metrics =
      experiment.metrics.contains(.calibration) ? experiment.metrics : experiment.metrics + [.calibration]
    var evaluator = Evaluator(metrics, threshold: model.threshold, kind: experiment.data.kind)
    evaluator.add(
      try zip(frames, found).map { try $0.compared($1.foreground, settings, classes: $1.classes) })
    evaluation = evaluator.evaluation
    figure = experiment.figureOfObjects
    threshold = figure == nil ? nil : model.threshold
    thresholds =
      try figure.map { figure in
        let choice = PredictionChoice(experiment, by: figure, frames, found.map(\.foreground))
        return try (1..<20).compactMap { step -> (Double, Double)? in
          try Cancellation.check()
          var settings = settings
          settings.threshold = Double(step) / 20
          return try choice.value(settings).map { (settings.threshold, $0) }
        }
      } ?? []
    reliability = evaluator.reliabilityBins
    self.pictures = zip(frames, found).prefix(count).map { frame, found in
      Pictures(
        name: frame.name,
        pictures: sheet(of: frame, found.foreground, found.classes, threshold: model.threshold))
    }
  }
}

/// A held-out image, what the network says, its outline, and where that is wrong; of several pixels one, where they are many.
private func sheet(of frame: Frame, _ foreground: [Float], _ classes: [Int32]?, threshold: Double) -> [(
  caption: String, image: Image
)] {
  let (height, width) = (frame.image.height, frame.image.width)
  let step = max(1, (max(height, width) + 639) / 640)
  func picture(_ colour: (Int) -> [Float]) -> Image {
    let (rows, columns) = ((height + step - 1) / step, (width + step - 1) / step)
    let pixels = (0..<rows * columns).flatMap { colour($0 / columns * step * width + $0 % columns * step) }
    return Image(height: rows, width: columns, channels: 3, format: .uint8, pixels: pixels)
  }
  let inside = foreground.map { isForeground($0, above: threshold) }
  let overlay = Overlay(of: frame.image)
  let plain = overlay.rows(0..<height, inside: [Bool](repeating: false, count: height * width)).map(
    Float.init)
  let outlined = overlay.rows(0..<height, inside: inside).map(Float.init)
  let truth = frame.annotation.classes
  return [
    ("image", picture { Array(plain[3 * $0..<3 * $0 + 3]) }),
    (
      "probability of foreground",
      picture { [Float](repeating: (255 * min(max(foreground[$0], 0), 1)).rounded(), count: 3) }
    ),
    ("outline", picture { Array(outlined[3 * $0..<3 * $0 + 3]) }),
    (
      "errors: orange found in error, blue missed",
      picture { at in
        let grey = plain[3 * at..<3 * at + 3].reduce(0, +) / 3 * 0.5
        let (said, known) = (classes?[at] ?? (inside[at] ? 1 : 0), truth[at])
        // Colours that people with any colour vision can tell apart (Okabe and Ito).
        if known < 0 { return [96, 96, 96] }
        if said == known { return [grey, grey, grey] }
        return known == 0 ? [230, 159, 0] : said == 0 ? [86, 180, 233] : [204, 121, 167]
      }
    ),
  ]
}
