import UNetGraph
import UNetNumerics

/// What an optimiser does in one step.
public struct OptimizerSettings: Sendable, Equatable {
  /// Learning rate.
  public var rate: Double
  /// Share of the last change that is added to the next; Adam's β₁, the share of the mean of gradients that stays.
  public var momentum: Double
  /// This times the weights is added to their gradient; with Adam, this times the rate is taken from the weights.
  public var weightDecay: Double
  /// Adam's β₂, the share of the mean of squared gradients that stays, and its ε.
  public var beta2: Double, epsilon: Double

  /// These figures.
  public init(
    rate: Double, momentum: Double, weightDecay: Double = 0, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    (self.rate, self.momentum, self.weightDecay) = (rate, momentum, weightDecay)
    (self.beta2, self.epsilon) = (beta2, epsilon)
  }

  /// What the graph's `control` holds in a step, counted from 0.
  ///
  /// Adam's means begin at 0; what that takes from them is given back by way of rate and ε, in double precision (Kingma and Ba,
  /// end of section 2).
  package func control(of optimizer: Optimizer, step: Int) -> [Float] {
    switch optimizer {
    case .sgd: return [Float(step), Float(rate), Float(momentum), Float(weightDecay)]
    case .adam:
      func seen(_ beta: Double) -> Double {
        beta > 0 ? 1 - portableExp(Double(step + 1) * portableLog(beta)) : 1
      }
      let root = seen(beta2).squareRoot()
      let figures = [
        Double(step), rate * root / seen(momentum), momentum, 1 - momentum, beta2, 1 - beta2, epsilon * root,
        rate * weightDecay,
      ]
      return figures.map { Float($0) }
    }
  }
}
