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

extension TrainingSteps {
  /// The last evaluation, and the files of a run that is done.
  mutating func finish() throws -> TrainingRun.Outcome {
    try checkPlace()
    // Of a training that was interrupted and goes on no further.
    if try trainer.untoldLoss != nil { try record() }
    var evaluation: Evaluation?
    let evaluated = Result {
      evaluation = try evaluateLast()
      try complete(with: evaluation)
    }
    let logged = Result { try progress.log.write() }
    if !evaluated.isDivergence { try save() }
    try evaluated.get()
    try logged.get()
    diagnostics.checkLoss(progress.log.rows, step: trainer.step)
    try AtomicFile.write(Curve.svg(progress.log.rows, name: experiment.name), to: folder.curve)
    try model.write(to: folder.model)
    observer.logger.debug("\(folder.model): the network after step \(trainer.step)")
    return TrainingRun.Outcome(
      model: folder.model, best: best, evaluation: evaluation, digest: try trainer.state.digest(),
      seconds: progress.log.seconds)
  }

  var model: Model {
    var model = experiment.model(of: trainer)
    if let threshold { model.threshold = threshold.threshold }
    model.training = seen.strings.merging(history.modelStrings) { $1 }
    return model
  }

  /// Where the folder was moved away, another training may have begun at its place.
  func checkPlace() throws {
    guard lock.isInPlace else {
      throw ConfigurationError(
        folder.path, "was moved or removed while the training wrote to it: go on where it is now",
        choices: ["resume", "output"])
    }
  }

  func save() throws {
    try checkPlace()
    let state = trainer.state.checked { try check($0, $1) }
    var history = history
    (history.log, history.loss, history.best) = (progress.log.kept, try trainer.untoldLoss, best?.noteAndStep)
    try Checkpoint(step: trainer.step, state, experimentHash: experiment.hash, history: history.strings)
      .write(to: folder.checkpoint)
    observer.logger.debug("\(folder.checkpoint): the state after step \(trainer.step)")
  }

  /// Weights that are no longer finite are neither evaluated nor written.
  func checkWeights() throws {
    let weights = trainer.weights
    for name in weights.names { if let tensor = try weights[name] { try check(name, tensor.elements) } }
  }

  func check(_ name: String, _ elements: [Float]) throws {
    // Beyond it a square is infinite: no network works with such weights.
    let largest: Float = 0x1p63
    guard elements.allSatisfy({ $0.magnitude <= largest }) else {
      throw diverged("'\(name)' has NaN, infinity or a number beyond 2^63")
    }
  }

  func diverged(_ what: String) -> Divergence {
    let kept = Checkpoint.step(of: folder.checkpoint).map {
      "; \(folder.checkpoint) keeps the state after step \($0)"
    }
    let remedy = "lower training.rate or training.momentum"
    return Divergence(
      "\(experiment.name): diverged: \(what) at step \(trainer.step); \(remedy)\(kept ?? "")")
  }
}
