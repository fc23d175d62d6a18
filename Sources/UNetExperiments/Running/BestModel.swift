import UNetEvaluation

/// The model with the best held-out figure of a run, in a file beside that of the last step: `evaluation.best`.
public struct BestModel: Equatable, Sendable {
  /// The model's file.
  public let model: String
  /// The figure by which it was chosen.
  public let figure: Figure
  /// The figure's value, and the number of steps after which it had that.
  public let value: Double, step: Int

  /// What the model's metadata have under `training.best`; a checkpoint keeps the step behind it.
  var note: String { "\(figure.name) \(value)" }

  /// The value for people to read.
  var text: String { figure.text(value, decimals: 6) }

  /// The best model in the file `path` of which `text` has the note and the step; nil where it is something else.
  init?(text: String, _ path: String) {
    let words = text.split(separator: " ")
    guard words.count == 3, let figure = Figure.allCases.first(where: { $0.name == words[0] }),
      let value = Double(words[1]), let step = Int(words[2])
    else { return nil }
    self.init(path, figure, value, step: step)
  }

  /// Its note and its step.
  var noteAndStep: String { "\(note) \(step)" }

  init(_ path: String, _ figure: Figure, _ value: Double, step: Int) {
    (model, self.figure, self.value, self.step) = (path, figure, value, step)
  }

  /// Whether a value is better.
  func isBeaten(by other: Double) -> Bool {
    figure.better?.isBetter(other, than: value) ?? false
  }
}
