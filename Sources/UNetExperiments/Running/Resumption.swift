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
    history.experimentText =
      history.experimentText ?? Self.written(in: folder, hash: checkpoint.experimentHash)
    before = history
  }

  /// The experiment that lies beside a checkpoint of an earlier version, if it is that of the checkpoint.
  private static func written(in folder: RunFolder, hash: String) -> String? {
    guard let text = try? TextFile.read(folder.experimentFile),
      let experiment = try? Experiment(yaml: text, file: folder.experimentFile), experiment.hash == hash
    else { return nil }
    return experiment.yaml()
  }

  /// How `experiment` goes on with `data`: the training's history, and lines about what changes.
  /// - Throws: `ConfigurationError` that names what may not change.
  func resumed(_ experiment: Experiment, _ data: TrainingData) throws -> Continuation {
    var history = TrainingHistory(experiment, data, changes: before.changes)
    history.learnt = before.learnt
    guard let text = before.experimentText,
      let earlier = try? Experiment(yaml: text, file: folder.checkpoint)
    else {
      guard checkpoint.experimentHash == experiment.hash else { throw isOfAnother([]) }
      // Nothing tells how the figures so far were found.
      return Continuation(
        resumption: self, history: history, notes: [], isChanged: false, keepsFigures: false)
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
    let heldOut = before.heldOut.map(data.noted.changes) ?? []
    let chosen = changes.chosen(
      areOtherImages: before.frames == nil || !images.isEmpty,
      isEnd: experiment.training.steps == checkpoint.step)
    // Where keys say what is held out now, its changes are not told one by one.
    let told =
      images
      + (changes.nameData
        ? [] : heldOut.filter { !images.contains($0) }.map { "\($0) (held out)" })
    guard allowsChanges || chosen.isEmpty && told.isEmpty else {
      throw needsPurpose(chosen, told, changes.reasons)
    }
    if !images.isEmpty { history.learnt += before.frames?.imageDigests ?? [] }
    let noted = (chosen.map(\.note) + told).joined(separator: "; ")
    if !noted.isEmpty { history.changes.append("after step \(checkpoint.step): \(noted)") }
    return Continuation(
      resumption: self, history: history, notes: notes(chosen, told, experiment, earlier),
      isChanged: !(chosen.isEmpty && images.isEmpty),
      keepsFigures: heldOut.isEmpty && !changes.all.contains { Self.figuresFollow(from: $0.change.key) })
  }

  /// Whether figures after a change of this key cannot be compared with those before.
  private static func figuresFollow(from key: String) -> Bool {
    !key.hasPrefix("data.sha256") && ["data.", "prediction."].contains { key.hasPrefix($0) }
  }

  /// What was learnt from cannot be held out afterwards.
  private func checkHeldOut(_ data: TrainingData) throws {
    guard let frames = before.frames else { return }
    guard let known = data.noted.entries.first(where: { frames.hold($0) && !data.trained.hold($0) }) else {
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
      "belongs to another experiment (\(alien.isEmpty ? "compare \(folder.experimentFile)" : keys)): undo the change or "
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

  /// Whether another key names images or labels, or what is held out of them.
  var nameData: Bool { all.contains { $0.bearing == .images } }

  /// Those that must be meant; at the end, no rate follows from the number of steps.
  func chosen(areOtherImages: Bool, isEnd: Bool) -> [ExperimentChange] {
    all.filter { change, bearing in
      switch bearing {
      case .none, .all: false
      case .images: areOtherImages
      case .nextSteps: !(isEnd && change.key == "training.steps")
      }
    }.map(\.change)
  }
}

/// How a training goes on.
struct Continuation {
  let resumption: Resumption
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
