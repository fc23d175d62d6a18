import UNetData
import UNetEvaluation
import UNetExperiments
import UNetPrediction

/// The answers to the questions of a plan, and which of them is chosen.
///
/// The first answer to a question stands, unless the mean of another over the seeds is better by more than two seeds of one
/// answer differ, in the mean over all answers to that question; of one seed, unless the 95 % interval of the difference leaves out
/// 0.  Of such answers the best is chosen.  Where threshold and instance options are chosen too, each answer is taken with those that
/// are best for it.
struct Questions {
  private let choice: ReproductionPlan.Choice?
  private var answers: [Answer] = []

  /// A row that answers a question, with what is counted of each seed.
  private struct Answer {
    let row: ReproductionPlan.Row
    let question: String
    let evaluators: [Evaluator]
    let prediction: ChosenPrediction?
    let values: [Double]
    /// Nil where the figure does not exist, or a training diverged.
    var mean: Double? {
      values.count == evaluators.count && !values.isEmpty ? values.reduce(0, +) / Double(values.count) : nil
    }
  }

  init(_ choice: ReproductionPlan.Choice?) { self.choice = choice }

  mutating func add(_ row: ReproductionPlan.Row, _ outcome: RowOutcome) throws {
    guard let choice, let question = row.question else { return }
    let metrics = [TableColumn(choice.figure)].metrics
    let prediction =
      choice.choosesPrediction && !outcome.predictions.runs.isEmpty
      ? try ChosenPrediction(outcome.predictions, by: choice.figure) : nil
    let evaluators = try outcome.predictions.evaluators(metrics, with: prediction?.best.settings)
    answers.append(
      Answer(
        row: row, question: question, evaluators: evaluators, prediction: prediction,
        values: evaluators.compactMap { $0.evaluation[choice.figure] }))
  }

  /// The answer to each question, and what is chosen of the prediction.
  var findings: [ResultTable.Finding] {
    guard let choice else { return [] }
    var names: [String] = []
    for answer in answers where !names.contains(answer.question) { names.append(answer.question) }
    var findings: [ResultTable.Finding] = []
    var last: Answer?
    for name in names {
      let answers = answers.filter { $0.question == name }
      let comparison = Comparison(answers, by: choice.figure)
      last = comparison.chosen
      findings.append(
        ResultTable.Finding(
          question: name, answer: comparison.chosen?.row.name ?? "none",
          reason: comparison.reason(withPrediction: choice.choosesPrediction)))
    }
    if let prediction = last?.prediction { findings.append(prediction.finding(by: choice.figure)) }
    return findings
  }

  /// The answers to one question, compared with the first.
  private struct Comparison {
    /// Nil where no answer has the figure.
    let chosen: Answer?
    private let answers: [Answer]
    private let figure: Figure
    /// How much two seeds of an answer differ; nil where none has two.
    private let spread: Double?
    /// Of each answer that has the figure, how much greater it is than in the first that has it.
    private let differences: [Estimate?]

    init(_ answers: [Answer], by figure: Figure) {
      (self.answers, self.figure) = (answers, figure)
      let pairs = answers.flatMap { answer in
        answer.values.indices.flatMap { a in
          answer.values.indices.filter { $0 > a }.map { abs(answer.values[a] - answer.values[$0]) }
        }
      }
      let spread = pairs.isEmpty ? nil : pairs.reduce(0, +) / Double(pairs.count)
      let first = answers.first { $0.mean != nil }
      let differences = answers.map { answer in
        first.flatMap { answer.mean == nil ? nil : answer.evaluators.difference(from: $0.evaluators, figure) }
      }
      (self.spread, self.differences) = (spread, differences)
      let direction = figure.better ?? .higher
      var best = first
      for (answer, difference) in zip(answers, differences) {
        guard let mean = answer.mean, let difference, let known = best?.mean else { continue }
        let isClear =
          spread.map { abs(difference.mean) > $0 } ?? (difference.low > 0 || difference.high < 0)
        if isClear, direction.isBetter(mean, than: known) { best = answer }
      }
      chosen = best
    }

    func reason(withPrediction: Bool) -> String {
      let each = zip(answers, differences).enumerated().map { at, pair in
        let (answer, difference) = pair
        let value = answer.mean.map { decimal($0, 4) } ?? "none"
        let more = difference.map { "\(signed($0.mean)) [\(signed($0.low)), \(signed($0.high))]" }
        let isFirst = at == answers.firstIndex { $0.mean != nil }
        return "\(answer.row.name) \(value)" + (isFirst ? "" : more.map { ", \($0)" } ?? "")
      }
      let seeds = spread.map { "two seeds differ by \(decimal($0, 4))" } ?? "no answer has two seeds"
      let options = withPrediction ? ", each with the prediction options that are best for it" : ""
      let isUndecided = answers.count > 1 && chosen?.row.name == answers.first { $0.mean != nil }?.row.name
      let stands = isUndecided ? "no other is clearly better; " : ""
      return "\(stands)\(figure.name)\(options): \(each.joined(separator: "; ")); \(seeds)"
    }

    private func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + decimal(value, 4) }
  }
}

/// What of threshold and instance options is best for all trainings of a row together.
private struct ChosenPrediction {
  let best: PredictionChoice.Trial
  private let trials: [PredictionChoice.Trial]

  init(_ predictions: RowPredictions, by figure: Figure) throws {
    let parts = predictions.runs.flatMap(\.self)
    var trials: [PredictionChoice.Trial] = []
    best = try PredictionChoice(
      parts[0].experiment, by: figure, parts.flatMap(\.frames), parts.flatMap(\.foregrounds)
    ).search(from: parts[0].settings) { trials.append($0) }
    self.trials = trials
  }

  func finding(by figure: Figure) -> ResultTable.Finding {
    let value = { (trial: PredictionChoice.Trial?) in trial?.value.map { decimal($0, 4) } ?? "none" }
    return ResultTable.Finding(
      question: "prediction", answer: best.settings.chosenText,
      reason:
        "\(figure.name) \(value(best)), with \(trials.first?.settings.chosenText ?? "") \(value(trials.first)); "
        + "\(trials.count) tried")
  }
}
