import UNetReports

/// A run's log, and when its rows are due.
struct TrainingProgress {
  var log: RunLog
  private let experiment: Experiment
  private let start = ContinuousClock.now
  private let before: Double

  /// The progress of `experiment` from `step` on, going on with the log of its earlier steps, of which a checkpoint may have
  /// `kept` all but the seconds.
  init(_ experiment: Experiment, from step: Int, log path: String, kept: String?) {
    self.experiment = experiment
    log = RunLog(path, figures: experiment.figures, kept: kept, upTo: step)
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
  /// A line where the file of the log lacks rows that the steps so far had; nil where it lacks none.
  func note(of step: Int, kept: Bool) -> String? {
    let last = log.rows.last?.step ?? 0
    guard kept || last == step else {
      return "\(log.path) has no row of the steps \(last + 1) to \(step), and neither has the checkpoint"
    }
    guard log.untimed > 0 else { return nil }
    return
      "\(log.path) lacked \(log.untimed) of \(log.rows.count) rows, which the checkpoint had but for their seconds"
  }
}
