import UNetConfiguration
import UNetData
import UNetNumerics

/// The frames of an experiment: those it learns from, and those it is evaluated on.
package struct TrainingData: Sendable {
  /// Ready to be sampled, at the experiment's scale.
  package let training: [PreparedFrame]
  /// Held out, images and labels as they are in the files.
  package let heldOut: [Frame]
  /// Lines about what is odd and may be a mistake, to be said before the training.
  package let notes: [String]

  /// Loads, checks and prepares everything before a step is made.
  /// - Throws: `DataError`, `ConfigurationError`, `FileError`.
  package init(_ experiment: Experiment, root: DataRoot) throws {
    try root.checkDigests(of: experiment.data)
    let all = try TrainingData.frames(
      experiment, root: root, gap: experiment.loss.gap, scale: experiment.data.scale)
    let holdOut = experiment.data.holdOut
    let training = all.filter { !holdOut.holds(page: $0.page, file: $0.file) }
    heldOut = try TrainingData.heldOutFrames(of: experiment, root: root)
    guard !training.isEmpty else {
      throw ConfigurationError(experiment.name, "data.hold-out leaves no image to train on: hold out fewer")
    }
    try TrainingData.checkPages(experiment, all: all, heldOut: heldOut)
    notes = try TrainingData.notes(experiment, root: root, all: all, heldOut: heldOut)
    for frame in training + heldOut where frame.image.channels != experiment.network.channels {
      throw ConfigurationError(
        frame.file,
        "has \(frame.image.channels) channels, network.channels is \(experiment.network.channels): "
          + "set network.channels=\(frame.image.channels)")
    }
    self.training = try TrainingData.prepared(training, experiment)
  }

  /// The frames of the experiment's own images at `scale`, `gap` pixels between touching instances.
  private static func frames(_ experiment: Experiment, root: DataRoot, gap: Int, scale: Double = 1) throws
    -> [Frame]
  {
    switch experiment.data.origin {
    case .files(let images, let labels, let kind):
      return try Dataset.load(
        images: root.path(images), labels: root.path(labels), kind: kind, classes: experiment.network.classes,
        gap: gap, partlyAnnotated: Set(experiment.data.partlyAnnotated), scale: scale)
    case .synthetic(let pictures): return try pictures.frames(gap: gap, scale: scale)
    }
  }

  /// What the experiment holds out, with labels as they are in the files.
  /// - Throws: `DataError`.
  package static func heldOutFrames(of experiment: Experiment, root: DataRoot) throws -> [Frame] {
    let holdOut = experiment.data.holdOut
    switch holdOut {
    case .none: return []
    case .sequence(let images, let labels, let partlyAnnotated):
      return try Dataset.load(
        images: root.path(images), labels: root.path(labels), kind: experiment.data.kind,
        classes: experiment.network.classes, gap: 0, partlyAnnotated: Set(partlyAnnotated))
    case .pages, .files:
      return try frames(experiment, root: root, gap: 0).filter { holdOut.holds(page: $0.page, file: $0.file) }
    }
  }

  /// Every page that the experiment lists must be there, and each way to hold out must find something.
  private static func checkPages(_ experiment: Experiment, all: [Frame], heldOut: [Frame]) throws {
    func check(_ listed: [Int], _ key: String, _ frames: [Frame], of what: String = "labels of pages") throws
    {
      let known = Set(frames.map(\.page))
      guard let missing = listed.first(where: { !known.contains($0) }) else { return }
      let pages = pageRanges(known.sorted()).joined(separator: ", ")
      throw ConfigurationError(
        experiment.name, "\(key) names page \(missing), but there are \(what) \(pages)")
    }
    switch experiment.data.holdOut {
    case .none: break
    case .pages(let pages): try check(pages, "data.hold-out", all, of: "pages")
    case .sequence(_, _, let listed): try check(listed, "data.hold-out.partly-annotated", heldOut)
    case .files(let globs):
      guard heldOut.isEmpty else { break }
      throw ConfigurationError(
        experiment.name, "data.hold-out.files matches no image: \(globs.joined(separator: ", "))")
    }
    try check(experiment.data.partlyAnnotated, "data.partly-annotated", all)
  }

  private static func notes(_ experiment: Experiment, root: DataRoot, all: [Frame], heldOut: [Frame]) throws
    -> [String]
  {
    let unmeasured = "nothing is held out, so no figure will say how good the result is: see data.hold-out"
    let first = heldOut.isEmpty ? [unmeasured] : []
    guard case .files(let images, let labels, let kind) = experiment.data.origin else { return first }
    func notes(_ images: String, _ labels: String, _ frames: [Frame]) throws -> [String] {
      let unlabelled = try Dataset.unlabelled(images: root.path(images), labels: root.path(labels))
      return [unlabelled].compactMap { $0 } + Dataset.oddities(frames, kind: kind)
    }
    let own = try first + notes(images, labels, all)
    guard case .sequence(let images, let labels, _) = experiment.data.holdOut else { return own }
    return own + (try notes(images, labels, heldOut))
  }

  /// Normalises and weighs on all cores.
  private static func prepared(_ frames: [Frame], _ experiment: Experiment) throws -> [PreparedFrame] {
    let (normalisation, loss) = (experiment.data.normalisation, experiment.loss)
    return try concurrentMap(frames) { try PreparedFrame($0, normalisation: normalisation, weights: loss) }
  }
}
