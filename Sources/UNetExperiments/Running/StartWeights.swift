import Logging
import UNetConfiguration
import UNetInterchange
import UNetPrediction
import UNetRuntime
import UNetTraining

/// The weights that a training begins with in place of drawn ones: `training.initial`.
struct StartWeights {
  private let path: String
  private let fits: Experiment.InitialFits
  private let weights: NamedTensors

  /// Those of the file at `path`, which must be finite.
  /// - Throws: `FileError`, `SafetensorsError`; and reading a tensor throws `ModelError`.
  init(_ path: String, fits: Experiment.InitialFits) throws {
    (self.path, self.fits) = (path, fits)
    let (metadata, tensors) = try Safetensors.open(path)
    guard !Checkpoint.isFormat(metadata) else {
      throw ModelError(
        path, "is a checkpoint: give the model.safetensors of a training, such as that beside it")
    }
    weights = tensors.checked { name, elements in
      guard elements.allSatisfy(\.isFinite) else {
        throw ModelError(path, "has NaN or infinity in '\(name)': give initial weights that are finite")
      }
    }
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
