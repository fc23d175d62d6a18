import UNetData
import UNetEvaluation
import UNetImages
import UNetPrediction
import UNetReports
import UNetRuntime

/// Segments held-out frames and compares them with their labels.
package struct ValidationPass<B: Backend> {
  private let experiment: Experiment
  private let frames: [Frame]
  private let predictor: Predictor<B>

  /// A judge of `frames`, with the parameters as they are whenever it is asked.
  package init(_ experiment: Experiment, frames: [Frame], parameters: Parameters<B>, on backend: B) throws {
    (self.experiment, self.frames) = (experiment, frames)
    predictor = try Predictor(
      experiment.network.layer, side: experiment.prediction.tile, channels: experiment.network.channels,
      numerics: experiment.numerics, parameters: parameters, on: backend)
  }

  /// The figures over all frames, and a picture of the first.
  ///
  /// `averaged`: over the versions of an image that the experiment asks for, which costs as much as there are versions;
  /// else each image is predicted once.
  package func callAsFunction(averaged: Bool) throws -> (evaluation: Evaluation, preview: Image?) {
    var evaluator = Evaluator(
      experiment.evaluation.metrics, threshold: experiment.prediction.threshold,
      truthIsInstances: experiment.data.kind != .classes)
    var compared: [ComparedFrame] = []
    var preview: Image?
    for frame in frames {
      let white = try white(frame, averaged: averaged)
      compared.append(try frame.compared(white, experiment.prediction))
      preview = preview ?? Overlay.preview(frame.image, white, threshold: experiment.prediction.threshold)
    }
    evaluator.add(compared)
    return (evaluator.evaluation, preview)
  }

  /// The probability of white at each pixel of a frame, `[H, W]`.
  package func white(_ frame: Frame, averaged: Bool = true) throws -> [Float] {
    var predict = experiment.pipeline
    if !averaged { predict.averaging = .none }
    return foreground(try predict(frame.image) { try predictor($0, logits: $1) }.probabilities)
  }
}

extension Experiment {
  /// How an image becomes a prediction.
  package var pipeline: ImagePipeline {
    ImagePipeline(normalisation: data.normalisation, scale: data.scale, averaging: prediction.averaging)
  }
}

extension Frame {
  /// The frame beside the probability of white at each of its pixels, and the instances made of it.
  /// - Throws: `FrameError`.
  package func compared(_ white: [Float], _ prediction: Experiment.PredictionSettings) throws -> ComparedFrame
  {
    // Without options they are the regions above the threshold, which an evaluator finds itself.
    let instances =
      prediction.instances == InstanceOptions()
      ? nil
      : UNetData.instances(
        of: white.map { Double($0) > prediction.threshold }, height: image.height, width: image.width,
        prediction.instances
      ).ids
    return try ComparedFrame(
      width: image.width, height: image.height, truth: truth, probabilities: white, instances: instances)
  }
}
