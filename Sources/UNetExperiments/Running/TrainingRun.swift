import Foundation
import Logging
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

/// An experiment being run: its data, training, evaluation and files.
///
/// In its folder it leaves `experiment.yaml`, `log.csv`, `curve.svg`, pictures, `checkpoint.safetensors` and
/// `model.safetensors`; the bits of the last two depend on the experiment and its data alone.
public struct TrainingRun {
  /// What is run, with what the images decide once they are read.
  package private(set) var experiment: Experiment
  private let root: DataRoot
  private let folder: RunFolder
  /// The file of the experiment, where it was read from one.
  private let file: String?
  private let resume: Bool, overwrite: Bool

  /// A run of `experiment`, whose relative paths start from the folder `data`, that leaves its files in `folder`.
  ///
  /// `resume` goes on from the checkpoint there, and begins where no run has; `overwrite` starts anew over an earlier run and
  /// other files of the same names.
  public init(
    _ experiment: Experiment, data: String = ".", folder: String, resume: Bool = false,
    overwrite: Bool = false
  ) {
    self.init(
      experiment, root: DataRoot(data, experiment: ""), folder: folder, resume: resume, overwrite: overwrite)
  }

  /// The same with the folder of the data as `DataRoot` finds it, of an experiment that was read from `file`.
  package init(
    _ experiment: Experiment, file: String? = nil, root: DataRoot, folder: String, resume: Bool,
    overwrite: Bool = false
  ) {
    (self.experiment, self.file, self.root, self.folder) = (experiment, file, root, RunFolder(folder))
    (self.resume, self.overwrite) = (resume, overwrite)
  }

  /// Trains to the last step, and segments what is held out now and then and at the end.
  ///
  /// - Throws: `Interrupted` after leaving a checkpoint, where the observer says so; `ConfigurationError` where the
  ///   folder holds an earlier run, the data do not fit the experiment or the loss is no longer finite; `DataError` and
  ///   `FileError` of files; an error of a file that would be replaced; the backend's errors.
  public func run<B: Backend>(on backend: B, observer: WorkObserver<Event> = .init()) throws -> Outcome {
    let start = try beginning()
    try checkOutputs(resumed: start != nil)
    let data = try TrainingData(experiment, root: root)
    var run = self
    run.experiment = data.experiment
    return try run.run(data, from: start, on: backend, observer)
  }

  private func run<B: Backend>(
    _ data: TrainingData, from start: Checkpoint?, on backend: B, _ observer: WorkObserver<Event>
  ) throws -> Outcome {
    if let start { try check(start) }
    let training = experiment.training
    let trainer = try Trainer(experiment, on: backend)
    try load(start, into: trainer)
    let validation =
      data.heldOut.isEmpty
      ? nil
      : try ValidationPass(experiment, frames: data.heldOut, parameters: trainer.parameters, on: backend)
    // Only now, so that a run that cannot begin leaves the earlier one.
    try begin(resumed: start != nil, observer.logger)
    let frames = "\(data.training.count) images to train on, \(data.heldOut.count) held out"
    observer.logger.info("\(experiment.name): \(frames); \(backend.name)")
    for note in data.notes { observer.logger.warning("\(note)") }
    var progress = TrainingProgress(experiment, from: trainer.step, log: folder.log)
    if trainer.step < training.steps { try runSteps(trainer, data, validation, &progress, observer) }
    return try finish(trainer, validation, &progress)
  }

  /// The checkpoint to go on from, if any.
  private func beginning() throws -> Checkpoint? {
    guard folder.holdsRun, !overwrite else { return nil }
    guard Files.exists(folder.checkpoint) else {
      guard Files.exists(folder.model) || !resume else { return nil }
      throw ConfigurationError(
        folder.path,
        "holds an earlier run, and no checkpoint to go on from: start anew or choose another folder",
        choices: ["overwrite", "output"])
    }
    guard resume else {
      throw ConfigurationError(
        folder.path, "holds an earlier run: go on with it, start anew or choose another folder",
        choices: ["resume", "overwrite", "output"])
    }
    return try Checkpoint.read(folder.checkpoint)
  }

  /// Only the checkpoint of this experiment, whose channels are known by now, is gone on from.
  private func check(_ checkpoint: Checkpoint) throws {
    guard checkpoint.experiment == experiment.hash else {
      throw ConfigurationError(
        folder.checkpoint,
        "belongs to another experiment (compare \(folder.experiment)): undo the change or choose another folder",
        choices: ["output"])
    }
  }

  /// Makes sure that the run's files replace nothing but those of an earlier run.
  private func checkOutputs(resumed: Bool) throws {
    let inputs = try root.files(of: experiment) + (resumed ? [] : [file].compactMap(\.self))
    // The very text that would be written may be there, of a run that ended before its first step.
    let isSame = !resumed && (try? TextFile.read(folder.experiment)) == experiment.yaml()
    let outputs = Outputs(of: inputs, overwrite: overwrite || folder.holdsRun)
    try outputs.check(folder.files.filter { !isSame || $0 != folder.experiment })
  }

  /// Removes an earlier run that is not resumed, makes the folder and writes the experiment down.
  private func begin(resumed: Bool, _ logger: Logger) throws {
    if !resumed {
      if resume { logger.warning("nothing to resume in \(folder.path): starting at step 1") }
      folder.clear()
    }
    try folder.make()
    guard !resumed || !Files.exists(folder.experiment) else { return }
    try AtomicFile.write(experiment.yaml(), to: folder.experiment)
  }

  private func load<B: Backend>(_ checkpoint: Checkpoint?, into trainer: Trainer<B>) throws {
    let initial = experiment.training.initial.map(root.path)
    do {
      if let checkpoint { return try trainer.restore(checkpoint.state, step: checkpoint.step) }
      if let initial { try trainer.load(Safetensors.open(initial).tensors) }
    } catch let error as ParameterError {
      throw ModelError(checkpoint == nil ? initial ?? "" : folder.checkpoint, ": \(error)")
    }
  }
}

// MARK: - The steps

extension TrainingRun {
  /// Every step that is left: sample, step; now and then a row of the log, an evaluation, a checkpoint.
  private func runSteps<B: Backend>(
    _ trainer: Trainer<B>, _ data: TrainingData, _ validation: ValidationPass<B>?,
    _ progress: inout TrainingProgress,
    _ observer: WorkObserver<Event>
  ) throws {
    let training = experiment.training
    let network = experiment.network.network
    let sampler = try Sampler(
      frames: data.training, input: trainer.sides.input, output: network.extent(of: trainer.sides.output),
      seed: UInt64(training.seed), options: experiment.augmentation)
    let samples = Prefetch(trainer.step..<training.steps) {
      sampler.sample(step: $0).strided(by: network.stride)
    }
    defer { samples.stop() }
    var throttle = HostThrottle()
    var working = Duration.zero
    while trainer.step < training.steps {
      let rate = training.rate(step: trainer.step)
      let start = ContinuousClock.now
      try trainer.step(on: samples.next(), settings(rate: rate))
      try throttle.wait(for: trainer)
      working += ContinuousClock.now - start
      if progress.isDue(trainer.step) { try record(trainer, validation, rate: rate, &progress, observer) }
      if trainer.step.isMultiple(of: training.checkpointEvery) { try save(trainer) }
      if observer.isCancelled() { try stop(trainer, &progress) }
    }
    let share = samples.waited / max(working, .nanoseconds(1))
    guard share >= 0.1 else { return }
    let text = String(format: "waited for samples during %.1f %% of the time of the steps", 100 * share)
    observer.logger.info("\(text)")
  }

  /// Notes the loss, and the held-out figures where they are due before the last step.
  private func record<B: Backend>(
    _ trainer: Trainer<B>, _ validation: ValidationPass<B>?, rate: Double, _ progress: inout TrainingProgress,
    _ observer: WorkObserver<Event>
  ) throws {
    let (step, loss) = (trainer.step, try trainer.meanLoss())
    guard loss.isFinite else {
      throw ConfigurationError(
        experiment.name,
        "diverged: the loss is \(loss) at step \(step); lower training.rate or training.momentum")
    }
    observer.report(.steps(step, of: experiment.training.steps, loss: loss))
    var row = RunLog.Row(step: step, loss: loss, rate: rate, seconds: progress.seconds)
    let isLast = step == experiment.training.steps
    if !isLast && step.isMultiple(of: experiment.evaluation.every) {
      row.figures = try report(validation, averaged: false, step: step, observer.logger)
    }
    if isLast { progress.log.hold(row) } else { try progress.log.add(row) }
  }

  /// Leaves a checkpoint and ends the run, unless it is at its end.
  private func stop<B: Backend>(_ trainer: Trainer<B>, _ progress: inout TrainingProgress) throws {
    guard trainer.step < experiment.training.steps else { return }
    try save(trainer)
    try progress.log.write()
    throw Interrupted("interrupted after step \(trainer.step); \(folder.path) holds its state")
  }

  private func settings<B: Backend>(rate: Double) -> Trainer<B>.Settings {
    let training = experiment.training
    return .init(
      rate: Float(rate), momentum: Float(training.momentum), weightDecay: Float(training.weightDecay))
  }

  private func save<B: Backend>(_ trainer: Trainer<B>) throws {
    try Checkpoint(step: trainer.step, trainer.state, experiment: experiment.hash)
      .write(to: folder.checkpoint)
  }

  /// Evaluates, writes the picture, and tells the figures.
  private func report<B: Backend>(
    _ validation: ValidationPass<B>?, averaged: Bool, step: Int, _ logger: Logger
  ) throws -> Evaluation? {
    guard let validation else { return nil }
    let (evaluation, preview) = try validation.run(averaged: averaged)
    if let preview { try ImageFile.write([preview], to: folder.preview(step: step)) }
    let figures = evaluation.rows.map { "\($0.figure.name) \($0.figure.text($0.value, decimals: 4))" }
    logger.info("step \(step): \(figures.joined(separator: ", "))")
    return evaluation
  }

  /// The last evaluation, and the files of a run that is done.
  private func finish<B: Backend>(
    _ trainer: Trainer<B>, _ validation: ValidationPass<B>?, _ progress: inout TrainingProgress
  ) throws -> Outcome {
    let evaluation = try report(validation, averaged: true, step: trainer.step, .silent)
    progress.log.complete(step: trainer.step, evaluation)
    try progress.log.write()
    try AtomicFile.write(Curve.svg(progress.log.rows, name: experiment.name), to: folder.curve)
    try save(trainer)
    try experiment.model(of: trainer).write(to: folder.model)
    return Outcome(
      model: folder.model, evaluation: evaluation, digest: try trainer.state.digest(),
      seconds: progress.log.seconds)
  }
}
