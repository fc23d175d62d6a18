import UNetData
import UNetEvaluation
import UNetExperiments
import UNetPrediction

/// The answers to the questions of a plan, and which of them is chosen.
///
/// The first answer to a question stands, unless the mean of another over the seeds is better by more than two seeds of one
/// answer differ, in the mean over all answers to that question; of such, the best is chosen.
struct Questions {
  private let choice: ReproductionPlan.Choice?
  private var answers: [Answer] = []

  /// A row that answers a question, with its figure for each seed.
  private struct Answer {
    let row: ReproductionPlan.Row
    let question: String
    let values: [Double]
    var mean: Double { values.reduce(0, +) / Double(max(values.count, 1)) }
  }

  init(_ choice: ReproductionPlan.Choice?) { self.choice = choice }

  mutating func add(_ row: ReproductionPlan.Row, _ outcome: RowOutcome) {
    guard let choice, let question = row.question else { return }
    answers.append(Answer(row: row, question: question, values: outcome.values(choice.figure)))
  }

  /// The answer to each question, and what is chosen of the prediction.
  func findings(of reproduction: Reproduction) throws -> [ResultTable.Finding] {
    guard let choice else { return [] }
    var names: [String] = []
    for answer in answers where !names.contains(answer.question) { names.append(answer.question) }
    let chosen = names.map { name in
      Self.choose(among: answers.filter { $0.question == name }, choice.figure)
    }
    var findings = zip(names, chosen).map { name, found in
      let spread =
        found.spread.map { ", where two seeds differ by \(decimal($0, 4))" } ?? ", of one seed each"
      return ResultTable.Finding(
        question: name, answer: found.answer.row.name,
        reason: "\(choice.figure.name) \(decimal(found.answer.mean, 4))\(spread)")
    }
    if choice.choosesPrediction, let last = chosen.last {
      findings.append(try reproduction.chosenPrediction(of: last.answer.row, by: choice.figure))
    }
    return findings
  }

  private static func choose(among answers: [Answer], _ figure: Figure) -> (answer: Answer, spread: Double?) {
    let differences = answers.flatMap { answer in
      answer.values.indices.flatMap { a in
        answer.values.indices.filter { $0 > a }.map { abs(answer.values[a] - answer.values[$0]) }
      }
    }
    let spread =
      differences.isEmpty ? nil : differences.reduce(0, +) / Double(differences.count)
    let direction = figure.better ?? .higher
    var best = answers[0]
    for answer in answers.dropFirst()
    where abs(answer.mean - answers[0].mean) > spread ?? 0
      && direction.isBetter(answer.mean, than: answers[0].mean)
      && direction.isBetter(answer.mean, than: best.mean)
    { best = answer }
    return (best, spread)
  }
}

extension Reproduction {
  /// What of threshold and instance options is best for the trainings of a row.
  fileprivate func chosenPrediction(of row: ReproductionPlan.Row, by figure: Figure) throws
    -> ResultTable.Finding
  {
    var (frames, foregrounds): ([Frame], [[Float]]) = ([], [])
    let prediction = row.predictions[0]
    let experiment = try training(row, row.folds[0], seed: 1).experiment(prediction)
    for fold in row.folds {
      for seed in 1...seeds {
        let training = training(row, fold, seed: seed)
        let file = try runFolder(training).predictions(prediction.id)
        let held = HeldOutPrediction(experiment: try training.experiment(prediction), file: file)
        frames += try held.frames(root: root)
        foregrounds += try held.foregrounds()
      }
    }
    var trials: [PredictionChoice.Trial] = []
    let best = try PredictionChoice(experiment, by: figure, frames, foregrounds).search(
      from: experiment.prediction
    ) { trials.append($0) }
    let value = { (trial: PredictionChoice.Trial?) in trial?.value.map { decimal($0, 4) } ?? "none" }
    return ResultTable.Finding(
      question: "prediction", answer: best.settings.chosenText,
      reason: "\(figure.name) \(value(best)), before \(value(trials.first)); \(trials.count) tried")
  }
}
