import UNetEvaluation

extension TrainingRun {
  /// What a run came to.
  public struct Outcome: Sendable {
    /// The model's file.
    public let model: String
    /// The model with the best figure, where `evaluation.best` names one and it has a value.
    public let best: BestModel?
    /// The held-out figures; nil where nothing is held out.
    public let evaluation: Evaluation?
    /// The SHA-256 of weights and momentum, in hexadecimal digits: equal on every device.
    public let digest: String
    /// Seconds that the steps took, those of earlier runs included, with the evaluations between them.
    public let seconds: Double
  }

  /// What a run tells of its way.
  public enum Event: Equatable, Sendable {
    /// So many steps are done, with this loss; some 200 times in a run.
    case steps(Int, of: Int, loss: Float)
  }
}
