import UNetData
import UNetNetworks
import UNetRuntime
import UNetTraining

extension Prefetch {
  /// The samples of an experiment's steps that are left to `trainer`, those of its own places in each batch.
  convenience init<B: Backend>(of experiment: Experiment, _ frames: [PreparedFrame], for trainer: Trainer<B>)
    throws
  {
    let (training, network) = (experiment.training, experiment.network.network)
    let sampler = try Sampler(
      frames: frames, input: trainer.sides.input, output: network.extent(of: trainer.sides.output),
      seed: UInt64(training.seed), options: experiment.augmentation)
    let (places, batch) = (trainer.places, trainer.batch)
    self.init(trainer.step * places.count..<training.steps * places.count) { number in
      let (step, place) = number.quotientAndRemainder(dividingBy: places.count)
      return sampler.sample(step: step * batch + places.lowerBound + place).strided(by: network.stride)
    }
  }
}

extension Experiment {
  /// What the optimiser is told in a step, counted from 0.
  func settings(step: Int) -> OptimizerSettings {
    var settings = training.settings
    settings.rate = training.rate(step: step)
    return settings
  }
}
