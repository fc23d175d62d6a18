import UNetConfiguration
import UNetData
import UNetEvaluation
import UNetImages
import UNetInterchange
import UNetNumerics
import UNetPrediction
import UNetReports
import UNetRuntime

/// Segments held-out frames and compares them with their labels.
package struct ValidationPass<B: Backend> {
  private let experiment: Experiment
  private let frames: [Frame]
  private let segmenter: Segmenter<B>
  private let backend: B

  /// A pass over `frames`, with the parameters as they are whenever it runs.
  package init(_ experiment: Experiment, frames: [Frame], parameters: Parameters<B>, on backend: B) throws {
    try self.init(experiment, frames, NamedTensors(), parameters, on: backend)
  }

  private init(
    _ experiment: Experiment, _ frames: [Frame], _ weights: NamedTensors, _ parameters: Parameters<B>?,
    on backend: B
  ) throws {
    (self.experiment, self.frames, self.backend) = (experiment, frames, backend)
    let model = experiment.model(weights, step: 0)
    do {
      segmenter = try Segmenter(model, parameters: parameters, on: backend)
      for frame in frames { try HostMemory.check(frame.image, segmenter.options, of: model) }
    } catch let error as SegmentationError {
      throw ConfigurationError(experiment.name, "prediction of held-out images: \(error)")
    }
  }

  /// The figures of other weights of the network, each image predicted once.
  func evaluation(of weights: NamedTensors) throws -> Evaluation {
    try Self(experiment, frames, weights, nil, on: backend).run(averaged: false).evaluation
  }

  /// The figures over all frames, a picture of the first, what was said of all, and the threshold where they chose one.
  package typealias Findings = (
    evaluation: Evaluation, preview: Image?, predictions: PredictionSummary, threshold: ChosenThreshold?
  )

  /// Evaluates all frames.
  ///
  /// `averaged`: over the versions of an image that the experiment asks for, which costs as much as there are versions;
  /// else each image is predicted once.
  /// - Throws: the backend's errors; `CancellationError`.
  package func run(averaged: Bool) throws -> Findings {
    var options = segmenter.options
    if !averaged { options.averaging = .none }
    var predictions = PredictionSummary()
    var found: [(foreground: [Float], classes: [Int32]?)] = []
    for frame in frames {
      let prediction = try segmenter.segment(frame.image, options)
      let labels = prediction.classes > 2 ? prediction.labels() : nil
      predictions.add(prediction, labels: labels ?? [])
      found.append((prediction.foreground, labels?.map(Int32.init)))
    }
    var settings = experiment.prediction
    var chosen: ChosenThreshold?
    if settings.decision.isAutomatic, predictions.areNumbers, let figure = experiment.figureOfObjects {
      let choice = PredictionChoice(experiment, by: figure, frames, found.map(\.foreground))
      let best = try choice.threshold(from: settings, tryingAll: false)
      (settings.threshold, chosen) = (best.threshold, best)
    }
    // With a threshold that these images chose: whether they are all of one class with the usual one as well.
    for threshold in chosen == nil
      ? [settings.threshold] : [experiment.prediction.threshold, settings.threshold]
    {
      for found in found where found.classes == nil {
        predictions.add(labels: found.foreground.lazy.map { isForeground($0, above: threshold) ? 1 : 0 })
      }
    }
    let compared = try zip(frames, found).map { frame, found in
      try frame.compared(found.foreground, settings, classes: found.classes)
    }
    let preview = found.first.map {
      Overlay.preview(frames[0].image, $0.foreground, threshold: settings.threshold)
    }
    var evaluator = Evaluator(experiment.metrics, threshold: settings.threshold, kind: experiment.data.kind)
    // Some at a time, so that the work can end between them.
    for first in stride(from: 0, to: compared.count, by: HostThreads.count) {
      try Cancellation.check()
      evaluator.add(Array(compared[first..<min(first + HostThreads.count, compared.count)]))
    }
    return (evaluator.evaluation, preview, predictions, chosen)
  }
}

extension Experiment {
  /// The figure by which a threshold is chosen; nil where the most probable of several classes decides.
  package var figureOfObjects: Figure? {
    guard network.classes == 2 else { return nil }
    let name = data.kind == .classes ? "mean-dice" : "seg"
    return Metric.allCases.figures(of: data.kind, classes: network.classes).first { $0.name == name }
  }
}

extension Frame {
  /// The frame beside the probability of foreground at each of its pixels, and the instances made of it; with the class
  /// of each pixel where there are more than two.
  /// - Throws: `FrameError`.
  package func compared(
    _ foreground: [Float], _ prediction: Experiment.PredictionSettings, classes: [Int32]? = nil
  ) throws -> ComparedFrame {
    // Without options they are the regions above the threshold, which an evaluator finds itself.
    let instances =
      prediction.instances == InstanceOptions()
      ? nil
      : UNetData.instances(
        of: foreground.map { isForeground($0, above: prediction.threshold) }, foreground,
        height: image.height, width: image.width, prediction.instances
      ).ids
    return try ComparedFrame(
      width: image.width, height: image.height, truth: truth, probabilities: foreground, instances: instances,
      classes: classes)
  }
}
