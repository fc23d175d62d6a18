import UNetEvaluation
import UNetFiles
import UNetPrediction

extension TrainingSteps {
  /// Keeps the model of this step if it is the best so far.
  mutating func keepBest(_ evaluation: Evaluation, step: Int) throws {
    guard let figure = experiment.bestFigure, let value = evaluation[figure], value.isFinite,
      best?.isBeaten(by: value) ?? true
    else { return }
    try write(model, BestModel(folder.bestModel, figure, value, step: step))
  }

  /// Finds the log and the best model of the steps before, and tells what they lack.
  mutating func recall(_ continuation: Continuation) throws {
    let note = progress.note(of: trainer.step, kept: continuation.resumption.before.log != nil)
    if let note { observer.logger.warning("\(note)") }
    try recallBest(continuation)
  }

  /// Finds the best model of the steps before.  One whose figure is another, or was found in another way, is judged anew,
  /// and so is the model from which the training goes on; of one that is lost, a line tells what it was.
  private mutating func recallBest(_ continuation: Continuation) throws {
    guard let figure = experiment.bestFigure, let validation else { return }
    let logged = bestInLog(by: figure)
    let isThere = Files.exists(folder.bestModel)
    guard logged != nil || isThere else { return }
    let found = Result { try keptModel(continuation) }
    if continuation.keepsFigures, let kept = (try? found.get()).flatMap(noted), kept.figure == figure {
      best = kept
      return
    }
    let judged = found.flatMap { model in Result { (model, try judge(model, by: figure, validation)) } }
    if case .success(let (model, value)) = judged { try write(model, value) }
    let now = try validation.run(averaged: false)
    threshold = now.threshold
    try keepBest(now.evaluation, step: trainer.step)
    let isKept = logged.map { $0.step == trainer.step || best?.isBeaten(by: $0.value) == false }
    // A value that was found otherwise cannot be compared with that of the model that is there.
    let isLost = isKept == false && (continuation.keepsFigures || (try? judged.get()) == nil)
    note(judged.map(\.1), isThere: isThere, lost: isLost ? logged : nil)
  }

  private func judge(_ model: Model, by figure: Figure, _ validation: ValidationPass<B>) throws -> BestModel {
    do {
      guard let value = try validation.evaluation(of: model.weights)[figure], value.isFinite else {
        throw ModelError(folder.bestModel, "has no value of \(figure.name)")
      }
      return BestModel(folder.bestModel, figure, value, step: model.step)
    } catch let error as ParameterError { throw ModelError(folder.bestModel, "does not fit: \(error)") }
  }

  /// Tells what came of the model that was kept, and of the best of the log, if it is `lost`.
  private func note(_ judged: Result<BestModel, any Error>, isThere: Bool, lost: BestModel?) {
    let what = lost.map { "\($0.figure.name) \($0.text) after step \($0.step)" }
    switch judged {
    case .success(let best):
      let also = what.map { "; \($0) was not kept" } ?? ""
      observer.logger.warning(
        "\(best.model), of step \(best.step), is judged anew: \(best.figure.name) \(best.text)\(also)")
    case .failure(let error):
      guard isThere || lost != nil else { return }
      let also = what.map { "the best so far, \($0), is lost, and " } ?? ""
      observer.logger.warning("\(error); \(also)the best from now on is kept")
    }
  }

  /// The model that was kept: that which the checkpoint names, or one of a later step, which will be reached again.
  /// - Throws: an error that says why it is of no use.
  private func keptModel(_ continuation: Continuation) throws -> Model {
    let resumption = continuation.resumption
    guard Files.exists(folder.bestModel) else { throw ModelError(folder.bestModel, "is not there") }
    let model = try Model.read(folder.bestModel)
    guard model.step <= trainer.step else {
      guard !continuation.isChanged,
        [resumption.checkpoint.experimentHash, experiment.hash].contains(model.hash)
      else {
        throw ModelError(
          folder.bestModel,
          "is of step \(model.step) of a training that goes on otherwise from step \(trainer.step)")
      }
      return model
    }
    guard let words = resumption.before.best else { return model }
    let (found, named) = (noted(model), BestModel(text: words, folder.bestModel))
    // Where figures are found otherwise it may have been judged anew by a training that was stopped then.
    guard continuation.keepsFigures ? found == named : found?.step == named?.step else {
      throw ModelError(
        folder.bestModel, "is of step \(model.step), and not the one that the checkpoint names (\(words))")
    }
    return model
  }

  /// What a model that was kept notes to be; nil where it notes nothing.
  private func noted(_ model: Model) -> BestModel? {
    BestModel(text: "\(model.training["training.best"] ?? "") \(model.step)", folder.bestModel)
  }

  private mutating func write(_ model: Model, _ best: BestModel) throws {
    var model = model
    model.training["training.best"] = best.note
    try model.write(to: best.model)
    self.best = best
  }

  /// The best value of the steps before; nil where the log has none.
  private func bestInLog(by figure: Figure) -> BestModel? {
    progress.log.rows.reduce(nil) { best, row in
      guard let value = row.figures?[figure], value.isFinite, best?.isBeaten(by: value) ?? true else {
        return best
      }
      return BestModel(folder.bestModel, figure, value, step: row.step)
    }
  }
}
