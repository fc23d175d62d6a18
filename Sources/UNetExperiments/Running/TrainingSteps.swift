import UNetConfiguration
import UNetData
import UNetEvaluation
import UNetFiles
import UNetImages
import UNetInterchange
import UNetPrediction
import UNetReports
import UNetRuntime
import UNetTraining
import UNetWork

/// The steps of a run, with what is written and said between them.
struct TrainingSteps<B: Backend> {
  let experiment: Experiment
  let folder: RunFolder
  /// Keeps the folder to this training for as long as it lives.
  let lock: FolderLock
  let trainer: Trainer<B>
  /// nil where nothing is held out.
  let validation: ValidationPass<B>?
  let history: TrainingHistory
  /// What the images to learn from have in common.
  let seen: SeenImages
  let observer: WorkObserver<TrainingRun.Event>
  var progress: TrainingProgress
  var diagnostics: TrainingDiagnostics
  /// The threshold of the last evaluation.
  var threshold: ChosenThreshold?
  /// The best model so far, where one is asked for.
  var best: BestModel?
  /// What TensorBoard shows, where that is asked for.
  var events: TensorBoardLog?

  /// Every step that is left: sample, step; now and then a row of the log, an evaluation, a checkpoint.
  mutating func run(on frames: [PreparedFrame]) throws {
    try catchUp()
    let training = experiment.training
    let samples = try Prefetch(of: experiment, frames, for: trainer)
    defer { samples.stop() }
    var throttle = HostThrottle()
    var working = Duration.zero
    while trainer.step < training.steps {
      let start = ContinuousClock.now
      trainer.asksToStop = observer.isCancelled()
      do { try trainer.step(experiment.settings(step: trainer.step)) { samples.next() } } catch let ended
        as RankEnded
      {
        // The state is that after the step before.
        try save()
        throw ended
      }
      try throttle.wait(for: trainer)
      working += ContinuousClock.now - start
      let recorded = Result {
        guard progress.isDue(trainer.step) else { return }
        try checkPlace()
        try record()
      }
      // A file that cannot be written costs no step; a state that has diverged is none.
      if isKept(trainer.step) || recorded.isFailure, !recorded.isDivergence { try save() }
      // An evaluation that was cut short is made up for.
      if observer.isCancelled() || trainer.isStopAsked, !recorded.isDivergence { try stop() }
      try recorded.get()
    }
    reportWaiting(samples.waited, of: working)
  }

  /// Where augmentation is what takes the time: a faster device would not help.
  private func reportWaiting(_ waited: Duration, of working: Duration) {
    let share = waited / max(working, .nanoseconds(1))
    guard waited >= .seconds(10), share >= 0.1 else { return }
    let words =
      "\(Int((100 * share).rounded())) % of the time went into waiting for samples, which the processor augments: it would "
      + "train faster with more cores or without augmentation.elastic"
    observer.logger.info("\(words)")
  }

  /// Notes the loss, and the held-out figures where they are due before the last step.
  mutating func record() throws {
    let (step, loss) = (trainer.step, try trainer.meanLoss())
    let rate = experiment.training.rate(step: step - 1)
    guard loss.isFinite else { throw diverged("the loss is \(loss.isNaN ? "not a number" : "infinite")") }
    observer.report(.steps(step, of: experiment.training.steps, loss: loss))
    let row = RunLog.Row(step: step, loss: loss, rate: rate, seconds: progress.seconds)
    let earlier = progress.log.rows.last
    progress.log.add(row)
    try events?.add(row, after: earlier)
    guard step < experiment.training.steps else { return }
    if isEvaluated(step) {
      try complete(with: try evaluate())
      diagnostics.checkLoss(progress.log.rows, step: step)
    }
    try progress.log.writeWhenDue(isUrgent: isKept(step))
  }

  /// The evaluation of the step after which the training goes on, where it ended in it: a file could not be written.
  private mutating func catchUp() throws {
    guard let row = progress.log.rows.last, row.step == trainer.step, row.figures == nil,
      isEvaluated(row.step)
    else { return }
    try complete(with: try evaluate())
  }

  /// Gives the last row the figures of an evaluation.
  mutating func complete(with figures: Evaluation?) throws {
    let isNew = progress.log.rows.last?.figures == nil
    progress.log.complete(step: trainer.step, figures)
    guard isNew, let row = progress.log.rows.last, row.step == trainer.step else { return }
    try events?.addFigures(row, picture: folder.preview(step: row.step))
  }

  private func isEvaluated(_ step: Int) -> Bool { step.isMultiple(of: experiment.evaluation.every) }
  private func isKept(_ step: Int) -> Bool { step.isMultiple(of: experiment.training.checkpointEvery) }

  /// Leaves a checkpoint and ends the run, unless it is at its end.
  private mutating func stop() throws {
    guard trainer.step < experiment.training.steps else { return }
    let logged = Result { try progress.log.write() }
    try save()
    try logged.get()
    throw Interrupted()
  }
}

// MARK: - Evaluations

extension TrainingSteps {
  /// Evaluates each held-out image once, writes the picture, tells the figures, and keeps the model if it is the best so far.
  private mutating func evaluate() throws -> Evaluation? {
    guard let validation else { return nil }
    try checkWeights()
    let step = trainer.step
    let found = try validation.run(averaged: false)
    try check(found, step)
    let figures = found.evaluation.rows.filter { !$0.figure.isDetail }.map {
      "\($0.figure.name) \($0.figure.text($0.value, decimals: 4))"
    }
    observer.logger.info("step \(step): \(figures.joined(separator: ", "))")
    return found.evaluation
  }

  /// The last evaluation, over all versions of each image; the best model is chosen by single versions throughout.
  mutating func evaluateLast() throws -> Evaluation? {
    guard let validation else { return nil }
    try checkWeights()
    let step = trainer.step
    let found = try validation.run(averaged: true)
    let isSingle = experiment.prediction.averaging == .none || experiment.evaluation.best == nil
    try check(isSingle ? found : validation.run(averaged: false), step)
    // The best model keeps the threshold of single versions, the last one that of all.
    threshold = found.threshold
    if let threshold { observer.logger.info("\(threshold.words)") }
    return found.evaluation
  }

  /// Checks the predictions of an evaluation, writes their picture, and keeps the model if it is the best so far.
  private mutating func check(_ found: ValidationPass<B>.Findings, _ step: Int) throws {
    guard found.predictions.areNumbers else { throw diverged("predictions of held-out images are NaN") }
    if let preview = found.preview { try ImageFile.write([preview], to: folder.preview(step: step)) }
    diagnostics.check(found.predictions, step: step)
    threshold = found.threshold
    try keepBest(found.evaluation, step: step)
  }
}

extension Result where Failure == any Error {
  var isFailure: Bool { if case .failure = self { true } else { false } }
  var isDivergence: Bool { if case .failure(is Divergence) = self { true } else { false } }
}
