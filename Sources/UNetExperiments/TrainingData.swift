import Foundation
import UNetData
import UNetGraph

/// The frames of an experiment: those it learns from, and those it is judged on.
public struct TrainingData: Sendable {
  /// Ready to be sampled.
  public let training: [PreparedFrame]
  /// Held out, with labels as they are in the files.
  public let heldOut: [Frame]

  /// Loads, checks and prepares everything before a step is made.
  /// - Throws: `DataError`, `ExperimentError`, `FileError`.
  public init(_ experiment: Experiment, root: DataRoot) throws {
    try root.checkDigests(of: experiment.data)
    let all = try TrainingData.frames(experiment, root: root, gap: experiment.loss.gap)
    let holdOut = experiment.data.holdOut
    let training = all.filter { !holdOut.holds(page: $0.page, file: $0.file) }
    heldOut = try TrainingData.heldOut(experiment, root: root)
    guard !training.isEmpty else {
      throw ExperimentError(experiment.name, "data.hold-out leaves no frame to train on: hold out fewer")
    }
    try TrainingData.checkHoldOut(experiment, held: heldOut.count, all: all)
    for frame in training + heldOut where frame.image.channels != experiment.network.channels {
      throw ExperimentError(
        frame.file,
        "has \(frame.image.channels) channels, network.channels is \(experiment.network.channels): "
          + "set network.channels=\(frame.image.channels)")
    }
    self.training = try TrainingData.prepared(training, experiment)
  }

  /// The frames of the experiment's own images, `gap` pixels between touching instances.
  private static func frames(_ experiment: Experiment, root: DataRoot, gap: Int) throws -> [Frame] {
    switch experiment.data.origin {
    case .files(let images, let labels, let kind):
      return try Dataset.load(
        images: root.path(images), labels: root.path(labels), kind: kind, classes: experiment.network.classes,
        gap: gap, partlyAnnotated: Set(experiment.data.partlyAnnotated))
    case .synthetic(let pictures): return try pictures.frames(gap: gap)
    }
  }

  private static func heldOut(_ experiment: Experiment, root: DataRoot) throws -> [Frame] {
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

  private static func checkHoldOut(_ experiment: Experiment, held: Int, all: [Frame]) throws {
    switch experiment.data.holdOut {
    case .none, .sequence: return
    case .pages(let pages):
      let known = Set(all.map(\.page))
      guard let missing = pages.first(where: { !known.contains($0) }) else { return }
      throw ExperimentError(
        experiment.name,
        "data.hold-out names page \(missing), but there are pages \(pageRanges(known.sorted()).joined(separator: ", "))")
    case .files(let globs):
      guard held == 0 else { return }
      throw ExperimentError(
        experiment.name, "data.hold-out.files matches no image: \(globs.joined(separator: ", "))")
    }
  }

  /// Normalises and weighs on all cores.
  private static func prepared(_ frames: [Frame], _ experiment: Experiment) throws -> [PreparedFrame] {
    let (normalisation, loss) = (experiment.data.normalisation, experiment.loss)
    return try concurrentMap(frames) { try PreparedFrame($0, normalisation: normalisation, weights: loss) }
  }
}

extension Experiment.SyntheticPictures {
  /// The pictures with their labels, as frames.
  func frames(gap: Int) throws -> [Frame] {
    let numbers = Array(0..<count)
    let (kind, size, seed) = (kind, size, seed)
    return try concurrentMap(numbers) { number in
      let (image, labels): (Image, Image) =
        switch kind {
        case .membranes: Synthetic.membranes(size: size, seed: UInt64(seed + number))
        case .cells: Synthetic.cells(size: size, seed: UInt64(seed + number))
        }
      let name = "\(kind.rawValue)-\(number)"
      let annotation = try Annotation(
        labels, kind: kind == .membranes ? .membranes : .instances, gap: gap, file: name)
      return Frame(name: name, file: name, page: number, image: image, annotation: annotation)
    }
  }
}

/// `items.map(transform)` on all cores, in order; throws the first item's error.
func concurrentMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], _ transform: @Sendable (Item) throws -> Result
) throws -> [Result] {
  let results = Results<Swift.Result<Result, any Error>>(count: items.count)
  withoutActuallyEscaping(transform) { transform in
    DispatchQueue.concurrentPerform(iterations: items.count) { i in
      results.set(Swift.Result { try transform(items[i]) }, at: i)
    }
  }
  return try results.all.map { try $0.get() }
}

/// A place for each result, written from any thread.
private final class Results<Element>: @unchecked Sendable {
  private var elements: [Element?]
  private let lock = NSLock()

  init(count: Int) { elements = .init(repeating: nil, count: count) }
  func set(_ element: Element, at index: Int) { lock.withLock { elements[index] = element } }
  var all: [Element] { elements.compactMap { $0 } }
}
