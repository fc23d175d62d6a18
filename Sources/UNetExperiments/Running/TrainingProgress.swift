import UNetReports

/// A run's log, and when its rows are due.
struct TrainingProgress {
  var log: RunLog
  private let experiment: Experiment
  private let start = ContinuousClock.now
  private let before: Double

  /// The progress of `experiment` from `step` on, going on with the log of its earlier steps.
  init(_ experiment: Experiment, from step: Int, log path: String) {
    self.experiment = experiment
    log = RunLog(path, figures: experiment.figures, upTo: step)
    before = log.seconds
  }

  /// Seconds of training, those of earlier runs included.
  var seconds: Double { before + (ContinuousClock.now - start) / .seconds(1) }

  /// Whether the loss is to be read after `step` steps: some 200 times in a run, and before whatever follows from it.
  func isDue(_ step: Int) -> Bool {
    let training = experiment.training
    let every = max(1, min(training.steps / 200, 50))
    return step == training.steps
      || [every, experiment.evaluation.every, training.checkpointEvery].contains { step.isMultiple(of: $0) }
  }
}
