import UNetConfiguration
import UNetPrediction
import UNetRuntime
import UNetTraining

// Training in memory with what an experiment says.

extension Trainer {
  /// A trainer of the experiment's network, with tiles, seed, numerics and optimiser as it says; data and files stay untouched.  Where the
  /// images decide how many channels there are, it is 1.
  /// - Throws: `ConfigurationError` where the device has not the memory; the backend's errors.
  public convenience init(_ experiment: Experiment, on backend: B) throws {
    try self.init(experiment, ranks: nil, on: backend)
  }

  /// The same of a process that shares the batches with others.
  convenience init(_ experiment: Experiment, ranks: (any TrainingRanks)?, on backend: B) throws {
    let training = experiment.training
    do {
      try self.init(
        experiment.network.network,
        tile: [1, training.tile, training.tile, experiment.network.channels ?? 1],
        seed: UInt64(training.seed), numerics: experiment.numerics, optimizer: training.optimizer.kind,
        batch: training.batch, ranks: ranks, on: backend)
    } catch let error as MemoryShortage {
      let keys = ["width", "levels"].compactMap { key in
        experiment.values.first { $0.key == "network.\(key)" }.map { "\($0.key) \($0.text)" }
      }
      let batch = training.batch > 1 ? ["training.batch \(training.batch)"] : []
      throw ConfigurationError(
        experiment.name,
        "\((keys + batch + ["training.tile \(training.tile)"]).joined(separator: ", ")) need \(error.size) of memory, which \(backend.name) "
          + "has not: lower them")
    }
  }
}
