import UNetConfiguration
import UNetData
import UNetFiles
import UNetTraining

/// A checkpoint to go on from, and what is different since it was written.
struct Resumption {
  let checkpoint: Checkpoint
  private let folder: RunFolder
  /// How the training came to the checkpoint.
  let before: TrainingHistory
  private let allowsChanges: Bool

  /// The checkpoint in `folder`; changes of what is to come are allowed where `allowsChanges`.
  /// - Throws: `DamagedCheckpoint`, `FileError`.
  init(_ folder: RunFolder, allowsChanges: Bool) throws {
    (self.folder, self.allowsChanges) = (folder, allowsChanges)
    do { checkpoint = try Checkpoint.read(folder.checkpoint) } catch let error where !(error is FileError) {
      throw DamagedCheckpoint(path: folder.checkpoint)
    }
    var history = TrainingHistory(checkpoint)
    history.experiment = history.experiment ?? Self.written(in: folder, hash: checkpoint.experiment)
    before = history
  }

  /// The experiment that lies beside a checkpoint of an earlier version, if it is that of the checkpoint.
  private static func written(in folder: RunFolder, hash: String) -> String? {
    guard let text = try? TextFile.read(folder.experiment),
      let experiment = try? Experiment(yaml: text, file: folder.experiment), experiment.hash == hash
    else { return nil }
    return experiment.yaml()
  }

  /// How `experiment` goes on with `data`: the training's history, and lines about what changes.
  /// - Throws: `ConfigurationError` that names what may not change.
  func resumed(_ experiment: Experiment, _ data: TrainingData, root: DataRoot) throws -> Continuation {
    var history = TrainingHistory(experiment, frames: data.trained, changes: before.changes)
    guard let text = before.experiment,
      let earlier = try? Experiment(yaml: text, file: folder.checkpoint)
    else {
      guard checkpoint.experiment == experiment.hash else { throw isOfAnother([]) }
      return Continuation(history: history, notes: [], isChanged: false, keepsFigures: true)
    }
    let changes = try Changes(experiment, since: earlier, self, knowsFrames: before.frames != nil)
    guard experiment.training.steps >= checkpoint.step else {
      throw ConfigurationError(
        folder.checkpoint,
        "has \(checkpoint.step) steps behind it, training.steps is \(experiment.training.steps): give at least as many"
      )
    }
    try checkHeldOut(data)
    let images = before.frames.map(data.trained.changes) ?? []
    let chosen = changes.chosen(areOtherImages: before.frames == nil || !images.isEmpty)
    guard allowsChanges || chosen.isEmpty && images.isEmpty else {
      throw needsPurpose(chosen, images, changes.reasons)
    }
    history.learnt = before.learnt + (images.isEmpty ? [] : before.frames?.imageDigests ?? [])
    let noted = (chosen.map(\.note) + images).joined(separator: "; ")
    if !noted.isEmpty { history.changes.append("after step \(checkpoint.step): \(noted)") }
    return Continuation(
      history: history, notes: notes(chosen, images, experiment, earlier),
      isChanged: !noted.isEmpty,
      keepsFigures: !changes.all.contains { Self.figuresFollow(from: $0.change.key) })
  }

  /// Whether figures after a change of this key cannot be compared with those before.
  private static func figuresFollow(from key: String) -> Bool {
    !key.hasPrefix("data.sha256") && ["data.", "prediction."].contains { key.hasPrefix($0) }
  }

  /// What was learnt from cannot be held out afterwards.
  private func checkHeldOut(_ data: TrainingData) throws {
    guard let frames = before.frames else { return }
    guard let known = data.unlearnt.first(where: { frames.hold($0) && !data.trained.hold($0) }) else {
      return
    }
    throw ConfigurationError(
      folder.checkpoint,
      "has learnt from \(known.file), page \(known.page), which is held out now, so no figure on it would count: undo the "
        + "change of data.hold-out or choose another folder", choices: ["output"])
  }

  fileprivate func isOfAnother(_ alien: [ExperimentChange]) -> ConfigurationError {
    let keys = alien.map(\.words).joined(separator: ", ")
    return ConfigurationError(
      folder.checkpoint,
      "belongs to another experiment (\(alien.isEmpty ? "compare \(folder.experiment)" : keys)): undo the change or "
        + "choose another folder", choices: ["output"])
  }

  private func needsPurpose(_ chosen: [ExperimentChange], _ images: [String], _ reasons: [String])
    -> ConfigurationError
  {
    let keys = chosen.map(\.words)
    let why = reasons.first.map { " (\($0))" } ?? ""
    return ConfigurationError(
      folder.checkpoint,
      "was written before a change: \((keys + few(images)).joined(separator: ", "))\(why); undo it, or go on with it on "
        + "purpose", choices: ["allowChanges", "output"])
  }

  private func notes(
    _ chosen: [ExperimentChange], _ images: [String], _ experiment: Experiment, _ earlier: Experiment
  ) -> [String] {
    let step = checkpoint.step
    let words = chosen.map { "\($0.key) \($0.now), before \($0.before)" } + few(images)
    guard !words.isEmpty else { return [] }
    let rates = (earlier.training.rate(step: step), experiment.training.rate(step: step))
    let rate =
      rates.0 == rates.1
      ? "" : "; the rate of the next step is \(rates.1), it would have been \(rates.0)"
    return ["from step \(step + 1) on: \(words.joined(separator: ", "))\(rate)"]
  }

  /// The first of these, and how many more there are.
  private func few(_ words: [String]) -> [String] {
    words.count <= 4 ? words : words.prefix(3) + ["\(words.count - 3) more changes of images"]
  }
}

/// The keys that are different, each with what it means for a training that goes on.
private struct Changes {
  let all: [(change: ExperimentChange, bearing: KeyBearing)]

  /// `knowsFrames`: whether it is known what was learnt from, so that none of that comes to be held out.
  /// - Throws: `ConfigurationError` where one may not change.
  init(_ experiment: Experiment, since earlier: Experiment, _ resumption: Resumption, knowsFrames: Bool)
    throws
  {
    all = experiment.changes(since: earlier).map {
      ($0, KeyBearing($0, in: experiment, earlier: earlier.training.schedule))
    }
    let alien = all.filter { change, bearing in
      bearing == .all || !knowsFrames && change.key.hasPrefix("data.hold-out")
    }.map(\.change)
    guard alien.isEmpty else { throw resumption.isOfAnother(alien) }
  }

  /// Why the steps to come follow from what was changed.
  var reasons: [String] {
    all.compactMap { if case .nextSteps(let reason) = $0.bearing { reason } else { nil } }
  }

  /// Those that must be meant.
  func chosen(areOtherImages: Bool) -> [ExperimentChange] {
    all.filter { _, bearing in
      switch bearing {
      case .none, .all: false
      case .images: areOtherImages
      case .nextSteps: true
      }
    }.map(\.change)
  }
}

/// How a training goes on.
struct Continuation {
  /// What its next checkpoint tells.
  let history: TrainingHistory
  /// Lines about what changes.
  let notes: [String]
  /// Whether the steps to come are others than they would have been.
  let isChanged: Bool
  /// Whether figures so far can be compared with those to come.
  let keepsFigures: Bool
}

/// A file in the place of a checkpoint from which no training goes on.
private struct DamagedCheckpoint: MendedByChoice, CustomStringConvertible {
  let path: String
  let choices = ["overwrite", "output"]
  var description: String {
    "\(path) is damaged or none: put a copy of it there, start anew or choose another folder"
  }
}
