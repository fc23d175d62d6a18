import Foundation
import UNetData
import UNetEvaluation
import UNetGraph
import UNetInterchange
import UNetRuntime
import UNetTraining

/// An experiment being run: data, training, judgement and files.
public struct TrainingRun {
  /// What is run.
  public let experiment: Experiment
  private let root: DataRoot
  private let folder: RunFolder
  private let resume: Bool
  private let overwrite: Bool

  /// A run of `experiment` that leaves its files in `folder`.
  ///
  /// `resume` goes on from the checkpoint there; `overwrite` starts anew over an earlier run.
  public init(_ experiment: Experiment, root: DataRoot, folder: String, resume: Bool, overwrite: Bool = false)
  {
    (self.experiment, self.root, self.folder) = (experiment, root, RunFolder(folder))
    (self.resume, self.overwrite) = (resume, overwrite)
  }

  /// What a run came to.
  public struct Outcome: Sendable {
    /// The model's file.
    public let model: String
    /// The held-out figures; nil where nothing is held out.
    public let evaluation: Evaluation?
    /// The SHA-256 of weights and momentum.
    public let digest: String
  }

  /// Trains to the last step.
  /// - Throws: `Interrupted` after leaving a checkpoint; errors of data, files and backend.
  public func callAsFunction<B: Backend>(on backend: B) throws -> Outcome {
    let start = try beginning()
    let data = try TrainingData(experiment, root: root)
    let training = experiment.training
    let trainer = try Trainer(
      experiment.network.layer, tile: [1, training.tile, training.tile, experiment.network.channels],
      seed: UInt64(training.seed), on: backend)
    try load(start, into: trainer)
    let judge =
      data.heldOut.isEmpty
      ? nil : try Judge(experiment, frames: data.heldOut, parameters: trainer.parameters, on: backend)
    // Only now, so that a run that cannot begin leaves the earlier one.
    if start == nil && folder.hasCheckpoint { folder.clear() }
    try folder.make()
    try AtomicFile.write(experiment.yaml(), to: folder.experiment)
    say(
      "\(experiment.name): \(data.training.count) frames to train on, \(data.heldOut.count) held out; "
        + "\(backend.name)")
    var log = RunLog(folder.log, metrics: experiment.evaluation.metrics, upTo: trainer.step)
    if trainer.step < training.steps { try descend(trainer, data, judge, &log) }
    return try finish(trainer, judge, &log)
  }

  /// The checkpoint to go on from, if any.
  private func beginning() throws -> Checkpoint? {
    guard folder.hasCheckpoint else { return nil }
    guard resume || overwrite else {
      throw ExperimentError(
        folder.path,
        "holds an earlier run: give --resume to go on, --overwrite to start anew, or another --output")
    }
    guard resume else { return nil }
    let checkpoint = try Checkpoint.read(folder.checkpoint)
    guard checkpoint.experiment == experiment.hash else {
      throw ExperimentError(
        folder.checkpoint,
        "belongs to another experiment (compare \(folder.experiment)): undo the change, or give another --output"
      )
    }
    return checkpoint
  }

  private func load<B: Backend>(_ checkpoint: Checkpoint?, into trainer: Trainer<B>) throws {
    if let checkpoint { return try trainer.restore(checkpoint.state) }
    guard let initial = experiment.training.initial else { return }
    let path = root.path(initial)
    var state = TrainingState(step: 0)
    for (name, tensor) in try Safetensors.read(path).tensors {
      state.weights[name] = tensor.deviceOrder(of: name)
    }
    do { try trainer.restore(state) } catch let error as ParameterError {
      throw ModelError(path, ": \(error)")
    }
  }
}

// MARK: - The steps

extension TrainingRun {
  /// Every step that is left: sample, step; now and then a row of the log, a judgement, a checkpoint.
  private func descend<B: Backend>(
    _ trainer: Trainer<B>, _ data: TrainingData, _ judge: Judge<B>?, _ log: inout RunLog
  )
    throws
  {
    let training = experiment.training
    let sampler = try Sampler(
      frames: data.training, input: trainer.sides.input, output: trainer.sides.output,
      seed: UInt64(training.seed),
      options: experiment.augmentation)
    let samples = Prefetch(trainer.step..<training.steps) { sampler.sample(step: $0) }
    defer { samples.stop() }
    var pace = Pace()
    var bar = ProgressBar(from: trainer.step, to: training.steps)
    defer { bar.end() }
    let (start, before) = (ContinuousClock.now, log.seconds)
    let logEvery = max(1, min(training.steps / 200, 50))
    while trainer.step < training.steps {
      let rate = training.rate(step: trainer.step)
      try trainer.step(on: samples.next(), settings(rate: rate))
      try pace.keep(trainer)
      let step = trainer.step
      let judged = step.isMultiple(of: experiment.evaluation.every) && step < training.steps
      if step.isMultiple(of: logEvery) || judged || step == training.steps {
        let loss = try trainer.meanLoss()
        bar.show(step: step, loss: loss)
        let seconds = before + (ContinuousClock.now - start) / .seconds(1)
        var row = RunLog.Row(step: step, loss: loss, rate: rate, seconds: seconds)
        if judged { row.figures = try report(judge, step: step, bar) }
        if step < training.steps { try log.add(row) } else { log.hold(row) }
        try stopWhereDiverged(loss, step: step)
      }
      if step.isMultiple(of: training.checkpointEvery) { try save(trainer) }
      if Interruption.isAsked && step < training.steps {
        try save(trainer)
        try log.write()
        throw Interrupted(step: step, folder: folder.path)
      }
    }
  }

  private func settings<B: Backend>(rate: Double) -> Trainer<B>.Settings {
    let training = experiment.training
    return .init(rate: Float(rate), momentum: Float(training.momentum), decay: Float(training.weightDecay))
  }

  private func stopWhereDiverged(_ loss: Float, step: Int) throws {
    guard !loss.isFinite else { return }
    throw ExperimentError(
      experiment.name,
      "diverged: the loss is \(loss) at step \(step); lower training.rate or training.momentum")
  }

  private func save<B: Backend>(_ trainer: Trainer<B>) throws {
    try Checkpoint(trainer.state(), experiment: experiment.hash).write(to: folder.checkpoint)
  }

  /// Judges, writes the picture, and says the figures.
  private func report<B: Backend>(_ judge: Judge<B>?, step: Int, _ bar: ProgressBar?) throws -> Evaluation? {
    guard let judge else { return nil }
    let (evaluation, preview) = try judge()
    if let preview { try ImageFile.write([preview], to: folder.preview(step: step)) }
    let figures = evaluation.rows.map { "\($0.figure.rawValue) \(String(format: "%.4f", $0.value))" }
    bar?.note("step \(step): \(figures.joined(separator: ", "))")
    return evaluation
  }

  /// The last judgement, and the files of a run that is done.
  private func finish<B: Backend>(_ trainer: Trainer<B>, _ judge: Judge<B>?, _ log: inout RunLog) throws
    -> Outcome
  {
    let evaluation = try report(judge, step: trainer.step, nil)
    log.complete(step: trainer.step, evaluation)
    try log.write()
    try AtomicFile.write(Curve.svg(log.rows, name: experiment.name), to: folder.curve)
    let checkpoint = Checkpoint(try trainer.state(), experiment: experiment.hash)
    try checkpoint.write(to: folder.checkpoint)
    let network = experiment.network
    try Model(
      network: network.layer, channels: network.channels, normalisation: experiment.data.normalisation,
      tile: experiment.prediction.tile, threshold: experiment.prediction.threshold,
      kind: experiment.data.kind,
      experiment: experiment.name, hash: experiment.hash, step: trainer.step,
      weights: checkpoint.state.weights
    ).write(to: folder.model)
    return Outcome(model: folder.model, evaluation: evaluation, digest: checkpoint.digest)
  }
}

/// Keeps the host about a quarter of a second ahead of the device, so that it neither waits nor runs away.
private struct Pace {
  private var last = ContinuousClock.now
  private var since = 0
  private var lead = 1

  mutating func keep<B: Backend>(_ trainer: Trainer<B>) throws {
    since += 1
    guard since >= lead else { return }
    try trainer.wait()
    let seconds = (ContinuousClock.now - last) / .seconds(1) / Double(since)
    lead = max(1, min(16, Int(0.25 / max(seconds, 1e-3))))
    (last, since) = (.now, 0)
  }
}
