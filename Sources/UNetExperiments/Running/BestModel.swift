import UNetEvaluation
import UNetPrediction

/// The model with the best held-out figure of a run, in a file beside that of the last step: `evaluation.best`.
public struct BestModel: Equatable, Sendable {
  /// The model's file.
  public let model: String
  /// The figure by which it was chosen.
  public let figure: Figure
  /// The figure's value, and the number of steps after which it had that.
  public let value: Double, step: Int

  /// What the model's metadata have under `training.best`.
  var note: String { "\(figure.name) \(value)" }

  /// What a checkpoint keeps of it.
  var words: String { "\(note) \(step)" }

  /// The value for people to read.
  var text: String { figure.text(value, decimals: 6) }

  /// That which `model`, in the file `path`, notes to be; nil where it was chosen by another figure.
  init?(_ model: Model, _ path: String, by figure: Figure) {
    guard let words = model.training["training.best"]?.split(separator: " "), words.count == 2,
      words[0] == figure.name, let value = Double(words[1])
    else { return nil }
    self.init(path, figure, value, step: model.step)
  }

  init(_ path: String, _ figure: Figure, _ value: Double, step: Int) {
    (model, self.figure, self.value, self.step) = (path, figure, value, step)
  }

  /// Whether a value is better.
  func isBeaten(by other: Double) -> Bool {
    figure.better == .lower ? other < value : other > value
  }
}
