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
  /// Held out, images and labels as they are in the files.
  package let heldOut: [Frame]
  /// What these are, as checkpoints note it.
  let noted: NotedFrames
  /// Lines about what is odd and may be a mistake, to be said before the training.
  package let notes: [String]

  /// Loads, checks and prepares everything before a step is made.
  /// - Throws: `DataError`, `ConfigurationError`, `FileError`.
  package init(_ experiment: Experiment, root: DataRoot) throws {
    try root.checkDigests(of: experiment.data)
    let loss = experiment.loss
    let parts = try Parts(experiment, root: root)
    try parts.experiment.checkMemory(pixels: parts.pixels, heldOut: parts.heldOutPixels)
    let frames = try parts.training(gap: loss.gap, scale: experiment.data.scale)
    guard !frames.isEmpty else {
      throw ConfigurationError(experiment.name, "data.hold-out leaves no image to train on: hold out fewer")
    }
    heldOut = try parts.heldOut()
    self.experiment = parts.experiment
    seen = parts.seen
    let normalisation = experiment.data.normalisation
    training = concurrentMap(frames) { PreparedFrame($0, normalisation: normalisation, weights: loss) }
    trained = NotedFrames(
      concurrentMap(Array(zip(frames, training))) { NotedFrame($0, $1, root: root) })
    let held = concurrentMap(heldOut) {
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
    try Parts(experiment, root: root).heldOut()
  }
}

/// A note about held-out images that are learnt from, in words that say by what.
func overlapNote(_ learnt: [NotedFrame], of count: Int, _ words: String) -> String? {
  guard let first = learnt.first else { return nil }
  return
    "\(learnt.count) of \(count) held-out images are \(words), such as \(first.file) page \(first.page): figures on them say "
    + "nothing about new images; hold out others (data.hold-out)"
}

/// The images of an experiment, divided into those that it learns from and those that it is evaluated on.
private struct Parts {
  /// With the number of channels.
  private(set) var experiment: Experiment
  /// The experiment's own images, and those of another set that is held out; nil where they are made by number.
  private let source, heldOutSource: Dataset?
  /// Whether each of the experiment's own is held out.
  private let isHeldOut: [Bool]

  init(_ experiment: Experiment, root: DataRoot) throws {
    var experiment = experiment
    var frames: (pages: [Int], files: [String], names: [String])
    switch experiment.data.origin {
    case .synthetic(let pictures):
      (source, heldOutSource) = (nil, nil)
      if let channels = experiment.network.channels, channels > 1 {
        throw ConfigurationError(
          experiment.name,
          "network.channels is \(channels), and data.synthetic makes grey images: leave it out")
      }
      let names = [String](repeating: "", count: pictures.count)
      frames = (Array(names.indices), names, names)
    case .files(let images, let labels, _):
      let source = try Self.load(images, labels, experiment, root)
      experiment.network.channels = source.channels
      (self.source, heldOutSource) = (source, try Self.loadHeldOut(of: experiment, root))
      frames = (source.pages.map(\.page), source.pages.map(\.file), source.pages.map(\.name))
    }
    self.experiment = experiment
    do {
      isHeldOut = try experiment.data.holdOut.holds(
        pages: frames.pages, files: frames.files, names: frames.names, seed: experiment.training.seed)
    } catch let error as HoldOutError {
      throw ConfigurationError(experiment.name, "\(error)")
    }
    try checkPages()
  }

  /// The set that is held out, where that is another.
  private static func loadHeldOut(of experiment: Experiment, _ root: DataRoot) throws -> Dataset? {
    guard case .sequence(let images, let labels, _) = experiment.data.holdOut else { return nil }
    return try load(images, labels, experiment, root)
  }

  private static func load(_ images: String, _ labels: String, _ experiment: Experiment, _ root: DataRoot)
    throws -> Dataset
  {
    let (data, network) = (experiment.data, experiment.network)
    do {
      return try Dataset(
        images: root.path(images), labels: root.path(labels),
        .init(data.kind, border: data.border, classes: network.classes), channels: network.channels)
    } catch let error as ChannelError {
      throw ConfigurationError(error.files, error.problem)
    }
  }

  private var kept: [Int] { isHeldOut.indices.filter { !isHeldOut[$0] } }
  private var held: [Int] { isHeldOut.indices.filter { isHeldOut[$0] } }

  /// What the images to learn from have in common.
  var seen: SeenImages { source?.seen(kept) ?? SeenImages() }

  /// The frames to learn from at `scale`, `gap` pixels between touching instances.
  func training(gap: Int, scale: Double) throws -> [Frame] { try frames(kept, gap: gap, scale: scale) }

  /// The pixels of the images to learn from, as they are in their files.
  var pixels: Int {
    guard case .synthetic(let pictures) = experiment.data.origin else {
      return source?.pixels(kept) ?? 0
    }
    return pictures.count * pictures.size * pictures.size
  }

  /// The pixels of images in files that are held out.
  var heldOutPixels: Int {
    (source?.pixels(held) ?? 0) + (heldOutSource.map { $0.pixels(Array($0.pages.indices)) } ?? 0)
  }

  /// What is held out.
  func heldOut() throws -> [Frame] {
    guard case .sequence(_, _, let partly) = experiment.data.holdOut, let heldOutSource else {
      return try frames(held, gap: 0, scale: 1)
    }
    return try heldOutSource.frames(gap: 0, partlyAnnotated: Set(partly))
  }

  private func frames(_ chosen: [Int], gap: Int, scale: Double) throws -> [Frame] {
    if let source {
      return try source.frames(
        chosen, gap: gap, partlyAnnotated: Set(experiment.data.partlyAnnotated), scale: scale)
    }
    guard case .synthetic(let pictures) = experiment.data.origin else { return [] }
    return try pictures.frames(chosen, gap: gap, scale: scale)
  }

  /// Every page that the experiment lists must be there.
  private func checkPages() throws {
    switch experiment.data.holdOut {
    case .none, .part, .files: break
    case .pages(let pages): try check(pages, "data.hold-out", source, of: "pages")
    case .sequence(_, _, let listed): try check(listed, "data.hold-out.partly-annotated", heldOutSource)
    }
    try check(experiment.data.partlyAnnotated, "data.partly-annotated", source)
  }

  private func check(_ listed: [Int], _ key: String, _ set: Dataset?, of what: String = "labels of pages")
    throws
  {
    guard let set else { return }
    if let problem = listed.lazy.compactMap({ set.numbers?.problem($0) }).first {
      let remedy = key == "data.hold-out" ? "give files" : "give each file a number of its own"
      throw ConfigurationError(experiment.name, "\(key) \(problem): \(remedy)")
    }
    let known = Set(set.pages.map(\.page))
    guard let missing = listed.first(where: { !known.contains($0) }) else { return }
    let pages = set.countsPagesOfFiles ? stacks(set) : pageRanges(known.sorted()).joined(separator: ", ")
    throw ConfigurationError(
      experiment.name,
      "\(key) names page \(missing), but there are \(what) \(pages)\(set.numbers?.reason.map { ": \($0)" } ?? "")"
    )
  }
}

/// Where the pages of each file are among those of all: `a.tif 0-10, b.tif 11-21`.
private func stacks(_ set: Dataset) -> String {
  let pages = Dictionary(grouping: set.pages, by: \.file).values.map { ($0[0].file, $0.map(\.page)) }
  let names = pages.sorted { $0.1[0] < $1.1[0] }
  let ranges = zip(Path.apart(names.map(\.0)), names).map { "\($0) \(pageRanges($1.1).joined())" }
  return listed(ranges, most: 8)
}

// MARK: - What is said of them

extension Parts {
  func notes(_ heldOut: [Frame]) throws -> [String] {
    let first =
      heldOut.isEmpty
      ? ["nothing is held out, so no figure will say how good the result is: see data.hold-out"]
      : held(heldOut)
    var notes = first + surplusClasses
    guard let source else { return notes }
    let data = experiment.data
    let ground = source.groundNote(learntFrom: kept, partlyAnnotated: Set(data.partlyAnnotated))
    notes += [ground, source.pixelSizeNote(kept)].compactMap(\.self)
    for (set, partly) in [(source, data.partlyAnnotated), (heldOutSource, partlyAnnotatedHeldOut)] {
      guard let set else { continue }
      if !partly.isEmpty || experiment.data.holdOut.namesPages, let reason = set.numbers?.reason {
        notes.append("\(Path.folder(of: set.pages[0].file)): \(reason)")
      }
      notes +=
        set.notes + set.imageNotes(data.normalisation) + set.labelNotes(partlyAnnotated: Set(partly))
    }
    return notes
  }

  /// Classes of the network that no label of the kind has.
  private var surplusClasses: [String] {
    let (classes, kind) = (experiment.network.classes, experiment.data.kind)
    guard kind != .classes, classes > 2 else { return [] }
    return [
      "network.classes is \(classes), and labels of kind \(kind.rawValue) have two classes: the others are never learnt; "
        + "leave it out, or give data.kind: classes"
    ]
  }

  private var partlyAnnotatedHeldOut: [Int] {
    if case .sequence(_, _, let listed) = experiment.data.holdOut { listed } else { [] }
  }

  /// Which images are held out, where the experiment does not list them.
  private func held(_ frames: [Frame]) -> [String] {
    switch experiment.data.holdOut {
    case .part: break
    case .pages where source?.numbers?.arePlaces ?? source?.countsPagesOfFiles == true: break
    case .none, .pages, .files, .sequence: return []
    }
    let names =
      source.map { heldFiles(frames, of: $0) } ?? pageRanges(frames.map(\.page)).map { "page \($0)" }
    let shown = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
    let groups = source.flatMap { NameGroups($0.pages.map(\.file)) }
    let note =
      if case .part(let part) = experiment.data.holdOut { groups?.note(isHeldOut) ?? movieNote(part) } else {
        nil as String?
      }
    return ["\(frames.count) of \(isHeldOut.count) images are held out: \(shown)"] + [note].compactMap(\.self)
  }

  /// A line where frames of a movie in single files were drawn.
  private func movieNote(_ part: Experiment.HoldOut.Part) -> String? {
    if case .every = part { return nil }
    guard let source, source.areAlike else { return nil }
    let pages = source.pages.map(\.page).sorted()
    let block = pageRanges(Array(pages.suffix(max(1, pages.count / 5)))).joined(separator: ", ")
    return
      "\(listed(Path.apart(source.pages.map(\.file)), most: 2)) follow each other like frames of a movie, and those held out "
      + "were drawn among them: neighbours are alike, so figures are too good; hold out a block, as with hold-out: {pages: "
      + "[\(block)]}"
  }

  /// The files that are held out, with their pages where others of them are learnt from; pages alone of a single file.
  private func heldFiles(_ frames: [Frame], of source: Dataset) -> [String] {
    let pages = Dictionary(grouping: source.pages, by: \.file)
    let held = Dictionary(grouping: frames, by: \.file)
    let told = Dictionary(
      zip(source.pages.map(\.file), Path.apart(source.pages.map(\.file)))
    ) { name, _ in name }
    return frames.map(\.file).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }.flatMap {
      file in
      let (taken, all, name) = (held[file] ?? [], pages[file] ?? [], told[file] ?? file)
      guard pages.count == 1 || taken.count < all.count else { return [name] }
      let ranges = pageRanges(taken.map(\.pageInFile))
      return ranges.map { pages.count == 1 ? "page \($0)" : "\(name) page \($0)" }
    }
  }
}
