import UNetData
import UNetEvaluation
import UNetGraph
import UNetRuntime
import UNetTraining

/// Segments held-out frames and compares them with their labels.
struct Judge<B: Backend> {
  private let experiment: Experiment
  private let frames: [Frame]
  private let predictor: Predictor<B>

  /// A judge of `frames`, with the parameters as they are whenever it is asked.
  init(_ experiment: Experiment, frames: [Frame], parameters: Parameters<B>, on backend: B) throws {
    (self.experiment, self.frames) = (experiment, frames)
    predictor = try Predictor(
      experiment.network.layer, side: experiment.prediction.tile, channels: experiment.network.channels,
      numerics: experiment.numerics, parameters: parameters, on: backend)
  }

  /// The figures over all frames, and a picture of the first.
  ///
  /// `averaged`: over the versions of an image that the experiment asks for, which costs as much as there are versions;
  /// else each image is predicted once.
  func callAsFunction(averaged: Bool) throws -> (evaluation: Evaluation, preview: Image?) {
    var evaluator = Evaluator(
      experiment.evaluation.metrics, threshold: experiment.prediction.threshold,
      truthIsInstances: experiment.data.kind != .classes)
    var compared: [ComparedFrame] = []
    var preview: Image?
    for frame in frames {
      let white = try white(frame, averaged: averaged)
      compared.append(try frame.compared(white, experiment.prediction))
      preview = preview ?? Picture.preview(frame.image, white, threshold: experiment.prediction.threshold)
    }
    evaluator.add(compared)
    return (evaluator.evaluation, preview)
  }

  /// The probability of white at each pixel of a frame, `[H, W]`.
  func white(_ frame: Frame, averaged: Bool = true) throws -> [Float] {
    var predict = experiment.predictor
    if !averaged { predict.averaging = .none }
    return foreground(try predict(frame.image) { try predictor($0, logits: $1) }.probabilities)
  }
}

extension Experiment {
  /// How an image becomes a prediction.
  var predictor: ImagePredictor {
    ImagePredictor(normalisation: data.normalisation, scale: data.scale, averaging: prediction.averaging)
  }
}

extension Frame {
  /// What is true of each pixel for `ComparedFrame`: 0 background, a cell's id or class, -1 unknown.
  var truth: [Int32] {
    guard let annotation else { return [] }
    guard let instances = annotation.instances else { return annotation.classes }
    return zip(annotation.classes, instances).map { $0 < 0 ? -1 : $1 }
  }

  /// The frame beside the probability of white at each of its pixels, and the instances made of it.
  /// - Throws: `FrameError`.
  func compared(_ white: [Float], _ prediction: Experiment.Prediction) throws -> ComparedFrame {
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

/// The probability of white, `[H, W]`: that of any class but 0.
public func foreground(_ probabilities: Tensor) -> [Float] {
  let classes = probabilities.shape[2]
  return (0..<probabilities.shape[0] * probabilities.shape[1]).map { pixel in
    classes == 2 ? probabilities.elements[2 * pixel + 1] : 1 - probabilities.elements[classes * pixel]
  }
}
