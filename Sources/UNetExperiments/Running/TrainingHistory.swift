import UNetTraining

/// How a training came to where it is, as its checkpoint and its models tell.
package struct TrainingHistory: Equatable {
  /// The experiment as it was written down, without its device; nil in checkpoints of earlier versions.
  var experimentText: String?
  /// What is learnt from, and what is held out; nil in checkpoints of earlier versions.
  var frames: NotedFrames?, heldOut: NotedFrames?
  /// What was changed on purpose, a line for each time: `after step 20: training.rate 0.01 -> 0.001`.
  var changes: [String] = []

  /// Digests of images that were learnt from before `frames`: by the start weights, or until images were changed.
  var learnt: [String] = []
  /// The log so far (`RunLog.kept`), and the losses that are in no row yet.
  var log: String?, loss: UntoldLoss?
  /// The figure, value and step of the best model so far.
  var best: String?

  private enum Key: String {
    case experiment = "experiment.yaml"
    case heldOut = "held-out"
    case frames, changes, learnt, log, loss, best
  }

  /// That of `experiment` with `data`, which ends in the same checkpoint wherever it runs.
  init(_ experiment: Experiment, _ data: TrainingData, changes: [String] = []) {
    var anywhere = experiment
    anywhere.device = .automatic
    (experimentText, frames, heldOut) = (anywhere.yaml(), data.trained, data.noted)
    self.changes = changes
  }

  /// That of a checkpoint.
  package init(_ checkpoint: Checkpoint) {
    func text(_ key: Key) -> String? { checkpoint.history[key.rawValue] }
    experimentText = text(.experiment)
    frames = text(.frames).flatMap(NotedFrames.init(text:))
    heldOut = text(.heldOut).flatMap(NotedFrames.init(text:))
    changes = text(.changes).map { $0.split(separator: "\n").map(String.init) } ?? []
    learnt = text(.learnt).map { $0.split(separator: " ").map(String.init) } ?? []
    (log, loss, best) = (text(.log), text(.loss).flatMap(UntoldLoss.init(text:)), text(.best))
  }

  /// As a checkpoint has it among its metadata.
  var strings: [String: String] {
    let all: [Key: String?] = [
      .experiment: experimentText, .frames: frames?.text, .heldOut: heldOut?.text, .changes: changesText,
      .log: log, .loss: loss?.text, .best: best,
      .learnt: learnt.isEmpty ? nil : learnt.joined(separator: " "),
    ]
    return Dictionary(uniqueKeysWithValues: all.map { ($0.key.rawValue, $0.value) }).compactMapValues(\.self)
  }

  /// The lines of what was changed; nil where nothing was.
  var changesText: String? { changes.isEmpty ? nil : changes.joined(separator: "\n") }

  /// What a model notes of it.
  var modelStrings: [String: String] {
    let images = Set(learnt + (frames?.imageDigests ?? [])).sorted().joined(separator: " ")
    return [Self.images: images, "training.changes": changesText].compactMapValues(\.self)
  }

  private static let images = "training.images"

  /// The digests that a model's metadata note.
  static func images(of metadata: [String: String]) -> [String] {
    (metadata[images] ?? "").split(separator: " ").map(String.init)
  }

  /// The experiment, under a head that says what was changed before it became so.
  func document(of experiment: Experiment) -> String {
    changes.map { "# \($0)\n" }.joined() + experiment.yaml()
  }
}
