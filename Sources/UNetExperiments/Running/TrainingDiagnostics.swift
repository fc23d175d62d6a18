import Logging
import UNetData
import UNetNumerics
import UNetPrediction
import UNetReports

/// Notes, while a network is trained, about what seldom is meant: that it says the same everywhere, and that its loss does not
/// fall.  Each is said once on the way and once at the end.
struct TrainingDiagnostics {
  private let experiment: Experiment
  private let logger: Logger
  /// The loss of the best prediction that is the same for every pixel.
  private let constantLoss: Double
  /// Whether held-out images have several classes.
  private let truthVaries: Bool
  private var said: Set<String> = []
  /// The last step after which the predictions were odd, which also says all of the loss.
  private var oddStep: Int?

  init(_ experiment: Experiment, _ data: TrainingData, _ logger: Logger) {
    (self.experiment, self.logger) = (experiment, logger)
    let known = data.heldOut.lazy.flatMap(\.annotation.classes).filter { $0 >= 0 }
    let first = known.first
    truthVaries = known.contains { $0 != first }
    constantLoss = Self.constantPredictionLoss(data.training, classes: experiment.network.classes)
  }

  /// The loss (equation 1) of the best probabilities that are the same in every pixel: the share of each class in the weights.
  /// Each image counts alike, as steps choose among them.
  static func constantPredictionLoss(_ frames: [PreparedFrame], classes: Int) -> Double {
    var means = [Double](repeating: 0, count: classes)
    for frame in frames {
      var sums = [Double](repeating: 0, count: classes)
      for (label, weight) in zip(frame.classes, frame.weights) { sums[Int(label)] += Double(weight) }
      for c in 0..<classes { means[c] += sums[c] / Double(frame.weights.count * frames.count) }
    }
    let whole = means.reduce(0, +)
    return -means.reduce(0) { $1 > 0 ? $0 + $1 * portableLog($1 / whole) : $0 }
  }

  /// Checks the predictions of held-out images after `step` steps, before the loss.
  mutating func check(_ predictions: PredictionSummary, step: Int) {
    guard let words = oddity(predictions) else { return }
    oddStep = step
    note("predictions", "step \(step): \(words)", step: step)
  }

  /// What is odd about predictions of all held-out pixels, with the key to change; nil where nothing is.
  private func oddity(_ predictions: PredictionSummary) -> String? {
    guard truthVaries, let foreground = predictions.foreground else { return nil }
    guard !predictions.isConstant else {
      let middle = Double((foreground.lowerBound + foreground.upperBound) / 2)
      return
        "the network says the same of every held-out pixel (foreground with probability \(figures(middle))): lower "
        + "training.rate (\(experiment.training.rate)), at which it may have died, or train longer (training.steps)"
    }
    guard let only = predictions.only else { return nil }
    let (threshold, isChosen) = (experiment.prediction.threshold, experiment.prediction.decision.isAutomatic)
    let remedy =
      experiment.network.classes == 2 && !isChosen
      ? "train longer (training.steps) or \(only == 0 ? "lower" : "raise") prediction.threshold (\(threshold))"
      : "train longer (training.steps)"
    let balance = experiment.loss.classBalance ? "" : ", or set loss.class-balance: true"
    return "every held-out pixel is said to be class \(only)\(name(only)), which is not so: " + remedy
      + balance
  }

  /// The name of a class where there are two.
  private func name(_ number: UInt8) -> String {
    switch experiment.data.kind {
    case .classes: ""
    case .membranes: number == 0 ? ", border" : ", cell"
    case .instances: number == 0 ? ", background" : ", cell"
    }
  }

  /// Checks the course of the loss: where, after 50 steps and half of all, both mean and median of its last quarter are no
  /// less than 99 % of `constantLoss`, nothing was learnt.  The mean, since images weigh differently; the median, since a
  /// loss may leap.
  mutating func checkLoss(_ rows: [RunLog.Row], step: Int) {
    let isLate = step >= 50 && 2 * step >= experiment.training.steps
    guard isLate, oddStep != step, constantLoss > 0 else { return }
    let last = rows.suffix((rows.count + 3) / 4).map { Double($0.loss) }.sorted()
    guard !last.isEmpty else { return }
    let (loss, limit) = (last[last.count / 2], 0.99 * constantLoss)
    guard min(loss, last.reduce(0, +) / Double(last.count)) >= limit else { return }
    let hasRisen = loss > 1.5 * max(constantLoss, rows.first.map { Double($0.loss) } ?? 0)
    let remedy = hasRisen ? "lower" : "try a higher or a lower"
    note(
      "loss",
      "step \(step): little or nothing is learnt yet, since the loss, \(figures(loss)), is not well below \(figures(constantLoss)), "
        + "that of the same prediction for every pixel: \(remedy) training.rate (\(experiment.training.rate)) or train longer (training.steps)",
      step: step)
  }

  private mutating func note(_ what: String, _ words: String, step: Int) {
    let isLast = step == experiment.training.steps
    guard said.insert("\(what)\(isLast ? " at the end" : "")").inserted else { return }
    logger.warning("\(words)")
  }

  private func figures(_ loss: Double) -> String { "\((loss * 1000).rounded() / 1000)" }
}
