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

  /// Finds the best model of the steps before.  One whose figure is another, or was found in another way, is judged anew;
  /// of one that is lost, a line tells what it was.
  mutating func recallBest(_ continuation: Continuation) throws {
    guard let figure = experiment.bestFigure, let validation else { return }
    let logged = bestInLog(by: figure)
    guard logged != nil || Files.exists(folder.bestModel) else { return }
    let model: Model, value: Double
    do {
      model = try keptModel(isChanged: continuation.isChanged)
      best = continuation.keepsFigures ? BestModel(model, folder.bestModel, by: figure) : nil
      guard best == nil else { return }
      value = try validation.evaluation(of: model.weights)[figure] ?? .nan
      guard value.isFinite else { throw ModelError(folder.bestModel, "has no value of \(figure.name)") }
    } catch {
      let was = logged.map { ", \(figure.name) \($0.text) after step \($0.step)," } ?? ""
      return observer.logger.warning(
        "\(error); the best so far\(was) is lost, and the best of the steps to come is kept")
    }
    let kept = BestModel(folder.bestModel, figure, value, step: model.step)
    try write(model, kept)
    let better = logged.flatMap { kept.isBeaten(by: $0.value) ? $0 : nil }
    let lost = better.map { "; \($0.text) of step \($0.step) was not kept" } ?? ""
    observer.logger.warning(
      "\(kept.model), of step \(kept.step), is judged anew: \(figure.name) \(kept.text)\(lost)")
  }

  /// The model that was kept.
  /// - Throws: an error that says why it is of no use.
  private func keptModel(isChanged: Bool) throws -> Model {
    guard Files.exists(folder.bestModel) else { throw ModelError(folder.bestModel, "is not there") }
    let model = try Model.read(folder.bestModel)
    guard model.step <= trainer.step || !isChanged else {
      throw ModelError(
        folder.bestModel,
        "is of step \(model.step) of a training that goes on otherwise from step \(trainer.step)")
    }
    return model
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
