import UNetInterchange
import UNetPrediction
import UNetRuntime
import UNetTraining

extension Experiment {
  /// The model that `trainer` has made of the experiment's network so far.  Its weights are read from the device when
  /// they are asked for: use or write it before the next step.
  public func model<B: Backend>(of trainer: Trainer<B>) -> Model {
    model(trainer.weights, step: trainer.step)
  }

  /// The model that the experiment's network is after `step` steps, with these weights.
  package func model(_ weights: NamedTensors, step: Int) -> Model {
    Model(
      network: network.network, numerics: numerics, channels: network.channels ?? 1,
      preparation: ImagePreparation(
        normalisation: data.normalisation, scale: data.scale, averaging: prediction.averaging),
      tile: prediction.tile, threshold: prediction.threshold, instances: prediction.instances,
      kind: data.kind, experiment: name, hash: hash, step: step, weights: weights)
  }
}
