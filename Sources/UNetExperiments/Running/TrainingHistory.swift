import UNetTraining

/// How a training came to where it is, as its checkpoint and its models tell.
struct TrainingHistory: Equatable {
  /// The experiment as it was written down; nil in checkpoints of earlier versions.
  var experiment: String?
  /// What was learnt from; nil in checkpoints of earlier versions.
  var frames: TrainedFrames?
  /// What was changed on purpose, a line for each time: `after step 20: training.rate 0.01 -> 0.001`.
  var changes: [String] = []

  private static let keys = (experiment: "experiment.yaml", frames: "frames", changes: "changes")

  init(experiment: String?, frames: TrainedFrames?, changes: [String] = []) {
    (self.experiment, self.frames, self.changes) = (experiment, frames, changes)
  }

  /// That of a checkpoint.
  init(_ checkpoint: Checkpoint) {
    let strings = checkpoint.history
    experiment = strings[Self.keys.experiment]
    frames = strings[Self.keys.frames].flatMap(TrainedFrames.init(text:))
    changes = strings[Self.keys.changes].map { $0.split(separator: "\n").map(String.init) } ?? []
  }

  /// As a checkpoint has it among its metadata.
  var strings: [String: String] {
    let keys = Self.keys
    let all = [
      keys.experiment: experiment, keys.frames: frames?.text,
      keys.changes: changesText,
    ]
    return all.compactMapValues(\.self)
  }

  /// The lines of what was changed; nil where nothing was.
  var changesText: String? { changes.isEmpty ? nil : changes.joined(separator: "\n") }

  /// The experiment, under a head that says what was changed before it became so.
  var document: String {
    changes.map { "# \($0)\n" }.joined() + (experiment ?? "")
  }
}
