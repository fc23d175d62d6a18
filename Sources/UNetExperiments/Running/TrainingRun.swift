import Logging
import UNetConfiguration
import UNetEvaluation
import UNetFiles
import UNetNumerics
import UNetPrediction
import UNetReports
import UNetRuntime
import UNetTraining
import UNetWork

/// An experiment being run: its data, training, evaluation and files.
///
/// In its folder it leaves `experiment.yaml`, `log.csv`, `curve.svg`, pictures, `checkpoint.safetensors`,
/// `model.safetensors` and, where `evaluation.best` names a figure, `best-model.safetensors`; the bits of the state and the
/// models depend on the experiment and its data alone.
public struct TrainingRun {
  /// What is run, with what the images decide once they are read.
  package private(set) var experiment: Experiment
  let root: DataRoot
  private let folder: RunFolder
  /// The file of the experiment, where it was read from one.
  private let file: String?
  private let resume: Bool, overwrite: Bool, allowChanges: Bool, tensorBoard: Bool
  /// The processes that train together, of which this is one; the first has the folder.
  let ranks: MetRanks?

  /// A run of `experiment`, whose relative paths start from the folder `data`, that leaves its files in `folder`.
  ///
  /// `resume` goes on from the checkpoint there, and begins where no run has; with `allowChanges` also where the images, or
  /// what decides the steps to come, have changed.  `overwrite` starts anew over an earlier run and other files of the same
  /// names.  `tensorBoard` also writes event files, into a folder of that name.
  public init(
    _ experiment: Experiment, data: String = ".", folder: String, resume: Bool = false,
    allowChanges: Bool = false, overwrite: Bool = false, tensorBoard: Bool = false
  ) {
    self.init(
      experiment, root: DataRoot(data, experiment: ""), folder: folder, resume: resume,
      allowChanges: allowChanges, overwrite: overwrite, tensorBoard: tensorBoard)
  }

  /// The same with the folder of the data as `DataRoot` finds it, of an experiment that was read from `file`.
  package init(
    _ experiment: Experiment, file: String? = nil, root: DataRoot, folder: String, resume: Bool,
    allowChanges: Bool = false, overwrite: Bool = false, tensorBoard: Bool = false, ranks: MetRanks? = nil
  ) {
    self.ranks = ranks
    (self.experiment, self.file, self.root, self.folder) = (experiment, file, root, RunFolder(folder))
    (self.resume, self.allowChanges, self.overwrite) = (resume, allowChanges, overwrite)
    self.tensorBoard = tensorBoard
  }

  /// Trains to the last step, and segments what is held out now and then and at the end.
  ///
  /// - Throws: `Interrupted` after leaving a checkpoint, where the observer says so; `ConfigurationError` where the
  ///   folder holds an earlier run or one of another experiment, or the data do not fit the experiment; `Divergence`;
  ///   `DataError` and `FileError` of files; an error of a file that would be replaced; the backend's errors.
  public func run<B: Backend>(on backend: B, observer: WorkObserver<Event> = .init()) throws -> Outcome {
    // Whether a checkpoint in the folder is this run's.
    var isOwn = false
    do {
      return try Cancellation.heard(observer.isCancelled) { try run(backend, observer, &isOwn) }
    } catch let error where error is Interrupted || error is CancellationError {
      guard isOwn, let step = Checkpoint.step(of: folder.checkpoint) else {
        throw Interrupted("interrupted before step 1; there is nothing to save", canGoOn: false)
      }
      throw Interrupted("interrupted after step \(step); \(folder.path) holds its state")
    }
  }

  private func run<B: Backend>(_ backend: B, _ observer: WorkObserver<Event>, _ isOwn: inout Bool) throws
    -> Outcome
  {
    // Where there is no folder, it is made when all else is known to be right.
    let lock = Files.isFolder(folder.path) ? try folder.locked() : nil
    let inputs = try root.files(of: experiment)
    let resumption = try resumption()
    isOwn = resumption != nil
    try checkOutputs(inputs, resumed: isOwn)
    let data = try TrainingData(experiment, root: root)
    var run = self
    run.experiment = data.experiment
    let continuation = try resumption?.resumed(data.experiment, data)
    var steps = try run.begin(data, continuation, lock, on: backend, observer)
    isOwn = true
    do {
      try steps.trainer.share()
      return try run.end(&steps, data, continuation, backend, observer)
    } catch {
      ranks?.release(steps.trainer, after: error, of: experiment.training.steps)
      throw error
    }
  }

  /// The steps that are left, and what follows the last.
  private func end<B: Backend>(
    _ steps: inout TrainingSteps<B>, _ data: TrainingData, _ continuation: Continuation?, _ backend: B,
    _ observer: WorkObserver<Event>
  ) throws -> Outcome {
    let resumption = continuation?.resumption
    if let continuation { try steps.recall(continuation) }
    // What a run has begun to tell it goes on to tell.
    if tensorBoard || resumption != nil && !TensorBoardLog.names(in: folder.tensorBoard).isEmpty {
      steps.events = try TensorBoardLog(in: folder.tensorBoard, rows: steps.progress.log.rows) {
        [folder] step in
        folder.preview(step: step)
      }
    }
    if steps.trainer.step < experiment.training.steps { try steps.run(on: data.training) }
    let outcome = try steps.finish()
    // What is evaluated at the end needs no more than what was before.
    observer.logger.info(
      "took \(Int(outcome.seconds.rounded())) s and \(backend.allocatedBytes / 1_000_000) MB on \(backend.name)"
    )
    return outcome
  }

  /// The steps to be made, after the files of the run have begun.
  private func begin<B: Backend>(
    _ data: TrainingData, _ continuation: Continuation?, _ lock: FolderLock?, on backend: B,
    _ observer: WorkObserver<Event>
  ) throws -> TrainingSteps<B> {
    let resumption = continuation?.resumption
    let trainer = try Trainer(experiment, ranks: ranks?.ranks, on: backend)
    let start = try load(resumption, into: trainer, observer.logger)
    let validation =
      data.heldOut.isEmpty
      ? nil
      : try ValidationPass(experiment, frames: data.heldOut, parameters: trainer.parameters, on: backend)
    var history = continuation?.history ?? TrainingHistory(experiment, data)
    history.learnt += start?.images ?? []
    guard !observer.isCancelled() else { throw Interrupted() }
    // Only now, so that a run that cannot begin, on any rank, leaves the earlier one, or no folder.
    try ranks?.meet(RankFacts(data))
    try folder.make()
    let lock = try lock ?? lockedAnew()
    try writeBeginning(resumption, history, observer.logger)
    let count = data.training.count
    let made = if case .synthetic = experiment.data.origin { "synthetic " } else { "" }
    let frames =
      "\(counted(count, made + "image")) to train on, \(data.heldOut.count) held out"
    observer.logger.info("\(experiment.name): \(frames); \(backend.name)")
    for pair in data.pairs { observer.logger.debug("\(pair)") }
    let overlap = try start.flatMap { try $0.overlap(with: data.heldOut, root: root) }
    for note in data.notes + [overlap].compactMap(\.self) { observer.logger.warning("\(note)") }
    for note in continuation?.notes ?? [] { observer.logger.info("\(note)") }
    return TrainingSteps(
      experiment: experiment, folder: folder, lock: lock, trainer: trainer, validation: validation,
      history: history,
      seen: data.seen, observer: observer,
      progress: TrainingProgress(
        experiment, from: trainer.step, log: folder.log, kept: resumption?.before.log),
      diagnostics: TrainingDiagnostics(experiment, data, observer.logger))
  }

  /// Locks the folder, unless another run has begun there meanwhile.
  private func lockedAnew() throws -> FolderLock {
    let lock = try folder.locked()
    guard !folder.holdsRun else { throw FolderInUse(folder.path) }
    return lock
  }

  /// The checkpoint to go on from, if any.
  private func resumption() throws -> Resumption? {
    guard folder.holdsRun, !overwrite else { return nil }
    guard Files.kind(folder.checkpoint) != nil else {
      guard folder.hadCheckpoint(every: experiment.training.checkpointEvery) || !resume else { return nil }
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
    return try Resumption(folder, allowsChanges: allowChanges)
  }

  /// Makes sure that the run's files replace nothing but those of an earlier run.
  private func checkOutputs(_ inputs: [String], resumed: Bool) throws {
    // The run's own experiment is written anew at `--resume`.
    let read = [file].compactMap(\.self).filter { !resumed || !folder.isExperiment($0) }
    let outputs = Outputs(of: inputs + read, overwrite: overwrite || folder.holdsRun)
    let isOwn = !resumed && experimentIsWritten
    try outputs.check(folder.files.filter { !isOwn || $0 != folder.experimentFile })
  }

  /// Whether a run began and ended before its first step: it has left the very text that would be written, or that of other
  /// values and an empty folder of pictures.
  private var experimentIsWritten: Bool {
    guard let text = try? TextFile.read(folder.experimentFile),
      var found = try? Experiment(yaml: text, file: folder.experimentFile), found.yaml() == text
    else { return false }
    if experiment.network.channels == nil { found.network.channels = nil }
    return found == experiment || folder.hasNoPictures
  }

  /// Removes an earlier run that is not resumed and writes the experiment down.
  private func writeBeginning(_ resumption: Resumption?, _ history: TrainingHistory, _ logger: Logger) throws
  {
    folder.removeLeftovers()
    if resumption == nil {
      if resume { logger.warning("nothing to resume in \(folder.path): starting at step 1") }
      folder.clear()
    }
    let isSame = (try? Experiment.load(folder.experimentFile)) == experiment
    guard resumption == nil || !isSame || resumption?.before.changes != history.changes else { return }
    try AtomicFile.write(history.document(of: experiment), to: folder.experimentFile)
  }

  /// Gives `trainer` the state to go on from or the weights to begin with, which are the result.
  private func load<B: Backend>(_ resumption: Resumption?, into trainer: Trainer<B>, _ logger: Logger) throws
    -> StartWeights?
  {
    if let resumption {
      let (checkpoint, untold) = (resumption.checkpoint, resumption.before.loss)
      do { try trainer.restore(checkpoint.state, step: checkpoint.step, untold: untold) } catch let error
        as ParameterError
      { throw ModelError(folder.checkpoint, "does not fit: \(error)") }
      return nil
    }
    guard let initial = experiment.training.initial.map(root.path) else { return nil }
    let start = try StartWeights(initial, fits: experiment.training.initialFits)
    try start.load(into: trainer, logger)
    return start
  }
}
