import Logging
import UNetConfiguration
import UNetData
import UNetImages
import UNetInterchange
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetTraining

/// The weights that a training begins with in place of drawn ones: `training.initial`.
struct StartWeights {
  private let path: String
  private let fits: Experiment.InitialFits
  private let weights: NamedTensors
  /// Digests of the images that they have learnt from (`NotedFrames.imageDigests`), where the model notes them.
  let images: [String]
  private let scale: Double, normalisation: Normalisation

  /// Those of the file at `path`, which must be finite.
  /// - Throws: `FileError`, `SafetensorsError`; and reading a tensor throws `ModelError`.
  init(_ path: String, fits: Experiment.InitialFits) throws {
    (self.path, self.fits) = (path, fits)
    let (metadata, tensors) = try Safetensors.open(path)
    guard !Checkpoint.isFormat(metadata) else {
      throw ModelError(
        path, "is a checkpoint: give the model.safetensors of a training, such as that beside it")
    }
    images = TrainingHistory.images(of: metadata)
    scale = metadata["scale"].flatMap(Double.init) ?? 1
    normalisation = metadata["normalisation"].flatMap(Normalisation.init(rawValue:)) ?? .none
    weights = tensors.checked { name, elements in
      guard elements.allSatisfy(\.isFinite) else {
        throw ModelError(path, "has NaN or infinity in '\(name)': give initial weights that are finite")
      }
    }
  }

  /// A note about frames to be held out that the weights have learnt from.
  func overlap(with heldOut: [Frame], root: DataRoot) throws -> String? {
    let (images, scale, normalisation) = (Set(images), scale, normalisation)
    guard !images.isEmpty else { return nil }
    let frames = try interruptibleMap(heldOut) {
      NotedFrame(heldOut: $0, scale: scale, normalisation, root: root)
    }
    let learnt = frames.filter { images.contains($0.image) }
    return overlapNote(learnt, of: heldOut.count, "what \(path) has learnt from")
  }

  /// Gives `trainer` the weights, and tells what it has drawn.
  /// - Throws: `ModelError` where they do not fit as far as they must.
  func load<B: Backend>(into trainer: Trainer<B>, _ logger: Logger) throws {
    guard fits == .part else {
      do { return try trainer.load(weights) } catch let error as ParameterError {
        throw ModelError(
          path, "does not fit: \(error), or have drawn anew what does not fit (training.initial-fits: part)")
      }
    }
    let misfits = try trainer.loadFitting(weights)
    guard misfits.count(where: { !$0.isSuperfluous }) < trainer.weights.names.count else {
      throw ModelError(path, "has no tensor that fits the network: give a model of its variant and width")
    }
    for (words, list) in [
      ("drawn anew", misfits.filter { !$0.isSuperfluous }), ("not used", misfits.filter(\.isSuperfluous)),
    ] where !list.isEmpty {
      logger.info("\(path): \(words): \(list.map(\.brief).joined(separator: ", "))")
    }
  }
}
