import UNetPrediction
import UNetRuntime
import UNetTraining

// Training in memory with what an experiment says, and the model of what was learnt.

extension Trainer {
  /// A trainer of the experiment's network, with tiles, seed and numerics as it says; data and files stay untouched.
  /// - Throws: the backend's errors.
  public convenience init(_ experiment: Experiment, on backend: B) throws {
    let training = experiment.training
    try self.init(
      experiment.network.layer, tile: [1, training.tile, training.tile, experiment.network.channels],
      seed: UInt64(training.seed), numerics: experiment.numerics, on: backend)
  }
}

extension Experiment {
  /// The model that `trainer` has made of the experiment's network so far.  Its weights are read from the device when
  /// they are asked for: use or write it before the next step.
  public func model<B: Backend>(of trainer: Trainer<B>) -> Model {
    model(trainer.weights, step: trainer.step)
  }
}
