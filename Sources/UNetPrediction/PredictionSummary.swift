/// What a network says of all pixels of some images together.
package struct PredictionSummary: Sendable {
  /// Pixels so far.
  package private(set) var pixels = 0
  /// The least and the greatest probability of each class.
  private var least: [Float] = [], greatest: [Float] = []
  private var first: UInt8?
  private var isUniform = true
  /// Whether no probability is NaN, as those of weights that have diverged are.
  package private(set) var areNumbers = true

  /// None yet.
  package init() {}

  /// Adds a prediction; `labels`: the classes of its pixels, where they are known already; none where they are added later.
  package mutating func add(_ prediction: Prediction, labels: [UInt8]? = nil) {
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
    pixels += prediction.probabilities.elements.count / classes
    add(labels: labels ?? prediction.labels())
  }

  /// Adds the classes of pixels, where they are known later than their probabilities.
  package mutating func add(labels: some Sequence<UInt8>) {
    guard isUniform else { return }
    for label in labels where label != first {
      guard first == nil else { return isUniform = false }
      first = label
    }
  }

  /// The class of every pixel; nil where there is none, or several.
  package var only: UInt8? { isUniform ? first : nil }

  /// Whether the probabilities are the same everywhere, but for less than 0.0001.
  package var isConstant: Bool { zip(least, greatest).allSatisfy { $1 - $0 < 1e-4 } }

  /// What the probabilities of foreground lie between; nil without any.
  package var foreground: ClosedRange<Float>? {
    guard areNumbers, let low = least.first, let high = greatest.first, low <= high else { return nil }
    return least.count == 2 ? least[1]...greatest[1] : (1 - high)...(1 - low)
  }
}
