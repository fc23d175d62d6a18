import UNetNumerics
import UNetRuntime
import UNetTraining
import UNetWork

extension TrainingRun {
  /// Computes this rank's tiles of each batch, where it is not the first; writes nothing.
  /// - Throws: as `run`; `RankEnded` where another rank has ended.  The others hear of an error by `MetRanks.fail`.
  package func assist<B: Backend>(on backend: B, observer: WorkObserver<Event> = .init()) throws {
    try Cancellation.heard(observer.isCancelled) {
      let data = try TrainingData(experiment, root: root)
      let trainer = try Trainer(data.experiment, ranks: ranks?.ranks, on: backend)
      try ranks?.meet(RankFacts(data))
      do {
        try trainer.share()
        try assist(trainer, data, observer)
      } catch {
        ranks?.release(trainer, after: error, of: experiment.training.steps)
        throw error
      }
    }
  }

  private func assist<B: Backend>(
    _ trainer: Trainer<B>, _ data: TrainingData, _ observer: WorkObserver<Event>
  ) throws {
    let samples = try Prefetch(of: data.experiment, data.training, for: trainer)
    defer { samples.stop() }
    while trainer.step < experiment.training.steps {
      trainer.asksToStop = observer.isCancelled()
      try trainer.step(data.experiment.settings(step: trainer.step)) { samples.next() }
      // After the last step there is nothing to stop.
      if trainer.isStopAsked, trainer.step < experiment.training.steps { throw Interrupted() }
    }
  }
}
