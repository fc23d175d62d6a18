import UNetConfiguration
import UNetData
import UNetFiles
import UNetImages

/// The images of an experiment, divided into those that it learns from and those that it is evaluated on.
struct DividedImages {
  /// With the number of channels.
  private(set) var experiment: Experiment
  /// The experiment's own images, and those of another set that is held out; nil where they are made by number.
  let source, heldOutSource: Dataset?
  /// What each of the experiment's own is for.
  private let roles: [Role]

  private enum Role: String { case learntFrom, heldOut, leftOut }

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
      try Self.checkRegions(of: experiment, images, root)
      let source = try Self.load(images, labels, experiment, root)
      experiment.network.channels = source.channels
      (self.source, heldOutSource) = (source, try Self.loadHeldOut(of: experiment, root))
      frames = (source.pages.map(\.page), source.pages.map(\.file), source.pages.map(\.name))
    }
    self.experiment = experiment
    var roles = [Role](repeating: .learntFrom, count: frames.pages.count)
    for (key, part, role) in [
      ("data.leave-out", experiment.data.leaveOut, Role.leftOut),
      ("data.hold-out", experiment.data.holdOut, .heldOut),
    ] {
      let rest = roles.indices.filter { roles[$0] == .learntFrom }
      do {
        let holds = try part.holds(
          pages: rest.map { frames.pages[$0] }, files: rest.map { frames.files[$0] },
          names: rest.map { frames.names[$0] })
        for (at, holds) in zip(rest, holds) where holds { roles[at] = role }
      } catch let error as HoldOutError {
        throw ConfigurationError(experiment.name, "\(key)\(error.detail) \(error.problem)")
      }
    }
    self.roles = roles
    try checkPages()
  }

  /// Every image of which the experiment names parts must be there.
  private static func checkRegions(of experiment: Experiment, _ images: String, _ root: DataRoot) throws {
    var sets = [images]
    if case .sequence(let images, _, _) = experiment.data.holdOut { sets.append(images) }
    guard !experiment.data.regions.isEmpty else { return }
    let known = Set(try sets.flatMap { try NamedFiles.paths(root.path($0)) }.map(Path.real))
    let missing = experiment.data.regions.keys.sorted().first { !known.contains(Path.real(root.path($0))) }
    guard let missing else { return }
    throw ConfigurationError(
      experiment.name,
      "data.regions names \(missing), which is no file of data.images: give the paths of images")
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
      let regions = Dictionary(data.regions.map { (root.path($0.key), $0.value) }) { $0 + $1 }
      return try Dataset(
        images: root.path(images), labels: root.path(labels),
        .init(data.kind, border: data.border, classes: network.classes), channels: network.channels,
        parts: ImageParts(level: data.level == 0 ? nil : data.level, regions: regions))
    } catch let error as ChannelError {
      throw ConfigurationError(error.files, error.problem)
    } catch let error as DataError {
      guard let key = error.choices.first(where: ["level", "region"].contains) else { throw error }
      throw ConfigurationError(error.file, "\(error.problem) (data.\(key == "region" ? "regions" : key))")
    }
  }

  var kept: [Int] { places(.learntFrom) }
  private var held: [Int] { places(.heldOut) }
  private func places(_ role: Role) -> [Int] { roles.indices.filter { roles[$0] == role } }

  /// The images that are not left out, and whether each is held out.
  var used: [Int] { roles.indices.filter { roles[$0] != .leftOut } }
  var isHeldOut: [Bool] { used.map { roles[$0] == .heldOut } }

  /// Whether there is an image to evaluate on.
  var holdsOut: Bool { !held.isEmpty || heldOutSource?.pages.isEmpty == false }

  /// An error about there being none to learn from.
  var nothingToTrainOn: ConfigurationError {
    ConfigurationError(experiment.name, "data.hold-out leaves no image to train on: hold out fewer")
  }

  /// The SHA-256 of images, labels and what each is for.
  var identity: String {
    let digest = SHA256()
    digest.update(Array(roles.map(\.rawValue).joined(separator: " ").utf8))
    for page in (source?.pages ?? []) + (heldOutSource?.pages ?? []) {
      digest.update(Array(page.identity.utf8))
    }
    if case .synthetic(let pictures) = experiment.data.origin { digest.update(Array(pictures.identity.utf8)) }
    return digest.finish()
  }

  /// Those of each held-out image with its labels.
  var heldOutIdentities: [String] {
    if case .synthetic(let pictures) = experiment.data.origin {
      return held.map { Digest.sha256("\(pictures.identity) \($0)") }
    }
    return held.compactMap { source?.pages[$0].identity } + (heldOutSource?.pages.map(\.identity) ?? [])
  }

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
    return try heldOutSource.frames(
      gap: 0, partlyAnnotated: Set(partly), unlabelledBorder: experiment.data.unlabelledBorder)
  }

  private func frames(_ chosen: [Int], gap: Int, scale: Double) throws -> [Frame] {
    if let source {
      return try source.frames(
        chosen, gap: gap, partlyAnnotated: Set(experiment.data.partlyAnnotated),
        unlabelledBorder: experiment.data.unlabelledBorder, scale: scale)
    }
    guard case .synthetic(let pictures) = experiment.data.origin else { return [] }
    return try pictures.frames(chosen, gap: gap, scale: scale)
  }

  /// Every page that the experiment lists must be there.
  private func checkPages() throws {
    if case .pages(let pages) = experiment.data.leaveOut {
      try check(pages, "data.leave-out", source, of: "pages")
    }
    switch experiment.data.holdOut {
    case .none, .part, .files: break
    case .pages(let pages):
      try check(pages, "data.hold-out", source, of: "pages")
      try checkDisjoint(pages)
    case .sequence(_, _, let listed): try check(listed, "data.hold-out.partly-annotated", heldOutSource)
    }
    try check(experiment.data.partlyAnnotated, "data.partly-annotated", source)
  }

  /// A page that is left out and held out as well is a mistake.
  private func checkDisjoint(_ heldOut: [Int]) throws {
    let pages = source?.pages.map(\.page) ?? Array(roles.indices)
    let both = zip(pages, roles).filter { $1 == .leftOut && heldOut.contains($0) }.map(\.0)
    guard both.isEmpty else {
      throw ConfigurationError(
        experiment.name,
        "data.leave-out and data.hold-out both name page \(pageRanges(both.sorted()).joined(separator: ", ")): "
          + "remove it from one of them")
    }
  }

  private func check(_ listed: [Int], _ key: String, _ set: Dataset?, of what: String = "labels of pages")
    throws
  {
    guard let set else { return }
    if let problem = listed.lazy.compactMap({ set.numbers?.problem($0) }).first {
      let remedy =
        ["data.hold-out", "data.leave-out"].contains(key)
        ? "give files" : "give each file a number of its own"
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

extension LabelledPage {
  /// The SHA-256 of its pixels and labels.
  fileprivate var identity: String {
    let digest = SHA256()
    digest.update(Array("\(image.height) \(image.width) \(image.channels)".utf8))
    image.pixels.withUnsafeBytes(digest.update)
    labels.numbers.withUnsafeBytes(digest.update)
    return digest.finish()
  }
}

extension Experiment.SyntheticPictures {
  /// All but how many they are: pictures are made by number.
  fileprivate var identity: String { "\(kind.rawValue) \(size) \(seed)" }
}
