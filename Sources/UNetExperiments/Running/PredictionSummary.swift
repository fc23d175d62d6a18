import UNetData
import UNetPrediction

/// The predictions of all held-out pixels together.
package struct PredictionSummary: Sendable {
  /// The least and the greatest probability of each class.
  private var least: [Float] = [], greatest: [Float] = []
  /// The classes that are said, and those that are true.
  private var said: Set<UInt8> = []
  private var truth: Set<Int32> = []
  /// Whether no probability is NaN, as those of weights that have diverged are.
  private(set) var areNumbers = true

  /// None yet.
  package init() {}

  /// Adds what is said of a frame.
  package mutating func add(_ prediction: Prediction, of frame: Frame) {
    let classes = prediction.classes
    if least.isEmpty {
      least = [Float](repeating: .infinity, count: classes)
      greatest = [Float](repeating: -.infinity, count: classes)
    }
    for (at, probability) in prediction.probabilities.elements.enumerated() {
      let c = at % classes
      if probability.isNaN { areNumbers = false }
      if probability < least[c] { least[c] = probability }
      if probability > greatest[c] { greatest[c] = probability }
    }
    said.formUnion(prediction.labels())
    truth.formUnion(frame.annotation.classes.lazy.filter { $0 >= 0 })
  }

  /// The name of a class where there are two.
  private func name(_ number: UInt8, _ experiment: Experiment) -> String {
    switch experiment.data.kind {
    case .classes: ""
    case .membranes: number == 0 ? ", border" : ", cell"
    case .instances: number == 0 ? ", background" : ", cell"
    }
  }

  /// What is odd about it, with the key to change; nil where nothing is.
  func oddity(_ experiment: Experiment) -> String? {
    guard let low = least.first, let high = greatest.first, truth.count > 1, said.count == 1,
      let only = said.first
    else { return nil }
    let isConstant = zip(least, greatest).allSatisfy { $1 - $0 < 1e-4 }
    if isConstant {
      let share = Double(((1 - (low + high) / 2) * 1000).rounded()) / 1000
      return
        "the network says the same of every held-out pixel (foreground with probability \(share)): lower "
        + "training.rate (\(experiment.training.rate)), at which it may have died, or train longer (training.steps)"
    }
    let remedy =
      experiment.network.classes == 2
      ? "train longer (training.steps) or \(only == 0 ? "lower" : "raise") prediction.threshold (\(experiment.prediction.threshold))"
      : "train longer (training.steps)"
    let balance = experiment.loss.classBalance ? "" : ", or set loss.class-balance: true"
    return
      "every held-out pixel is said to be class \(only)\(name(only, experiment)), which is not so: "
      + remedy + balance
  }
}
