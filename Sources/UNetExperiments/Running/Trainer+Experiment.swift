import UNetPrediction
import UNetRuntime
import UNetTraining

// Training in memory with what an experiment says.

extension Trainer {
  /// A trainer of the experiment's network, with tiles, seed and numerics as it says; data and files stay untouched.  Where the
  /// images decide how many channels there are, it is 1.
  /// - Throws: the backend's errors.
  public convenience init(_ experiment: Experiment, on backend: B) throws {
    let training = experiment.training
    try self.init(
      experiment.network.network, tile: [1, training.tile, training.tile, experiment.network.channels ?? 1],
      seed: UInt64(training.seed), numerics: experiment.numerics, on: backend)
  }
}
