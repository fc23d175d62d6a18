import UNetConfiguration
import UNetData
import UNetFiles
import UNetImages
import UNetNumerics

/// The frames of an experiment: those it learns from, and those it is evaluated on.
package struct TrainingData: Sendable {
  /// The experiment, with what the images decide: `network.channels`.
  package let experiment: Experiment
  /// Ready to be sampled, at the experiment's scale.
  package let training: [PreparedFrame]
  /// What `training` is, as checkpoints note it.
  let trained: NotedFrames
  /// What these images have in common.
  let seen: SeenImages
  /// Which file and page each image to learn from is, and whose labels it has, a line each.
  package let pairs: [String]
  /// Held out, images and labels as they are in the files.
  package let heldOut: [Frame]
  /// What these are, as checkpoints note it.
  let noted: NotedFrames
  /// Lines about what is odd and may be a mistake, to be said before the training.
  package let notes: [String]

  /// Loads, checks and prepares everything before a step is made.
  /// - Throws: `DataError`, `ConfigurationError`, `FileError`, `CancellationError`.
  package init(_ experiment: Experiment, root: DataRoot) throws {
    try root.checkDigests(of: experiment.data)
    let loss = experiment.loss
    let parts = try DividedImages(experiment, root: root)
    try parts.experiment.checkMemory(pixels: parts.pixels, heldOut: parts.heldOutPixels)
    let frames = try parts.training(gap: loss.gap, scale: experiment.data.scale)
    guard !frames.isEmpty else { throw parts.nothingToTrainOn }
    heldOut = try parts.heldOut()
    self.experiment = parts.experiment
    pairs = frames.map { "learnt from: \($0.pair)" } + heldOut.map { "held out: \($0.pair)" }
    seen = parts.seen
    let normalisation = experiment.data.normalisation
    training = try interruptibleMap(frames) { PreparedFrame($0, normalisation: normalisation, weights: loss) }
    trained = NotedFrames(
      try interruptibleMap(Array(zip(frames, training))) { NotedFrame($0, $1, root: root) })
    let held = try interruptibleMap(heldOut) {
      NotedFrame(heldOut: $0, scale: experiment.data.scale, normalisation, root: root)
    }
    // Their order is of no matter.
    noted = NotedFrames(held.sorted { $0.content < $1.content })
    let overlap = overlapNote(held.filter(trained.hold), of: heldOut.count, "learnt from as well")
    notes = try [overlap].compactMap(\.self) + parts.notes(heldOut)
  }

  /// What the experiment holds out, with labels as they are in the files.
  /// - Throws: `DataError`, `ConfigurationError`, `FileError`.
  package static func heldOutFrames(of experiment: Experiment, root: DataRoot) throws -> [Frame] {
    try DividedImages(experiment, root: root).heldOut()
  }

  /// A note where the model at `path` has learnt from images that the experiment holds out.
  /// - Throws: `FileError`, `SafetensorsError`, `CancellationError`.
  package static func overlap(of path: String, with heldOut: [Frame], root: DataRoot) throws -> String? {
    try StartWeights(path, fits: .all).overlap(with: heldOut, root: root)
  }

  /// What a training reads, as SHA-256s.
  package struct Identity: Equatable, Sendable {
    /// Of images, labels, what each is for, and the weights that it starts with: equal where a training sees the same.
    package let all: String
    /// Of each held-out image with its labels, in their order.
    package let heldOut: [String]
  }

  /// What a training of the experiment would read now.
  /// - Throws: `DataError`, `ConfigurationError`, `FileError`.
  package static func identity(of experiment: Experiment, root: DataRoot) throws -> Identity {
    let parts = try DividedImages(experiment, root: root)
    guard !parts.kept.isEmpty else { throw parts.nothingToTrainOn }
    guard parts.holdsOut else {
      throw ConfigurationError(
        experiment.name, "holds out no image to be judged by: give data.hold-out, or folds in a study")
    }
    let start = try experiment.training.initial.map { try Digest.sha256(ofFile: root.path($0)) }
    return Identity(all: Digest.sha256("\(parts.identity) \(start ?? "")"), heldOut: parts.heldOutIdentities)
  }
}

/// A note about held-out images that are learnt from, in words that say by what.
func overlapNote(_ learnt: [NotedFrame], of count: Int, _ words: String) -> String? {
  guard let first = learnt.first else { return nil }
  return
    "\(learnt.count) of \(count) held-out images are \(words), such as \(first.file) page \(first.page): figures on them say "
    + "nothing about new images; hold out others (data.hold-out)"
}

extension Frame {
  /// Its file and page, and the file of its labels.
  fileprivate var pair: String {
    "\(file), page \(pageInFile), \(image.height) x \(image.width)\(labelFile.map { ", with \($0)" } ?? "")"
  }
}
