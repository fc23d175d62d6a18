import UNetConfiguration
import UNetData
import UNetImages

extension Experiment {
  /// The images and what is known about them.
  package struct Source: Equatable, Sendable {
    /// Where images and labels come from.
    package enum Origin: Equatable, Sendable {
      /// Files, globs or folders, relative to the data root; `kind` says what the labels mean.
      case files(images: String, labels: String, kind: LabelKind)
      /// Pictures made by number.
      case synthetic(SyntheticPictures)
    }

    /// Where images and labels come from.
    package var origin = Origin.synthetic(SyntheticPictures())
    /// What is never trained on, and judged.
    package var holdOut = HoldOut.none
    /// How grey values become the network's input.
    package var normalisation = Normalisation.meanDeviation
    /// The resolution at which the network works, for 1 in the files.
    package var scale = 1.0
    /// Digests that files must have, by their paths relative to the data root.
    package var sha256: [String: String] = [:]
    /// The frames whose unlabelled pixels are unknown: pages of a stack, or the numbers in the files' names.
    package var partlyAnnotated: [Int] = []

    /// The embedded default: synthetic membranes.
    package init() {}

    /// What the labels mean.
    package var kind: LabelKind {
      switch origin {
      case .files(_, _, let kind): kind
      case .synthetic(let pictures): pictures.kind == .membranes ? .membranes : .instances
      }
    }
  }

  /// Pictures with known labels, made by number.
  package struct SyntheticPictures: Equatable, Sendable {
    /// What they show.
    package enum Kind: String, CaseIterable, Sendable {
      /// Cells with dark membranes, as electron microscopy shows them.
      case membranes
      /// Touching bright cells, as phase contrast shows them.
      case cells
    }

    /// What they show.
    package var kind = Kind.membranes
    /// How many.
    package var count = 30
    /// Pixels a side.
    package var size = 512
    /// The first picture's seed; each further picture has the next number.
    package var seed = 1

    /// Thirty pictures of membranes, as large as the EM challenge's.
    package init() {}
  }
}

extension Experiment.Source {
  init(_ value: YAMLValue) throws {
    let section = try Section(
      value,
      keys: [
        "images", "labels", "kind", "synthetic", "hold-out", "normalisation", "scale", "sha256",
        "partly-annotated",
      ])
    if let synthetic = section["synthetic"] {
      for key in ["images", "labels", "kind"] {
        guard let surplus = section[key] else { continue }
        throw surplus.failure("cannot stand beside data.synthetic: remove one of them")
      }
      origin = .synthetic(try Experiment.SyntheticPictures(synthetic))
    } else if !(try value.mapping().isEmpty) {
      origin = .files(
        images: try section.required("images").text(), labels: try section.required("labels").text(),
        kind: try section.required("kind").choice())
    }
    holdOut = try section["hold-out"].map { try Experiment.HoldOut($0) } ?? holdOut
    normalisation = try section["normalisation"]?.choice() ?? normalisation
    scale = try section["scale"]?.number(.scale) ?? scale
    partlyAnnotated = try section["partly-annotated"].map { try pageNumbers($0) } ?? partlyAnnotated
    if case .synthetic = origin, let listed = section["partly-annotated"], !partlyAnnotated.isEmpty {
      throw listed.failure("belongs to files; synthetic pictures are annotated throughout: remove it")
    }
    for entry in try section["sha256"]?.mapping() ?? [] { sha256[entry.name] = try Self.digest(entry.value) }
    try checkSyntheticPages(section)
  }

  private static func digest(_ value: YAMLValue) throws -> String {
    let digest = try value.text().lowercased()
    guard digest.utf8.count == 64, digest.allSatisfy({ "0123456789abcdef".contains($0) }) else {
      throw value.mismatch("a SHA-256 of 64 hexadecimal digits")
    }
    return digest
  }

  /// Of synthetic pictures it is known beforehand whether held-out pages exist and others are left.
  private func checkSyntheticPages(_ section: Section) throws {
    guard case .synthetic(let pictures) = origin, let value = section["hold-out"] else { return }
    switch holdOut {
    case .none, .sequence: return
    case .files: throw value.failure("cannot name files of data.synthetic: give pages, such as 20-29")
    case .pages(let pages):
      if let missing = pages.last, missing >= pictures.count {
        throw value.failure("names page \(missing), but data.synthetic has pages 0-\(pictures.count - 1)")
      }
      guard pages.count < pictures.count else {
        throw value.failure("holds out every page: leave some to train on")
      }
    }
  }

  var yaml: YAMLText {
    var entries: [(key: String, value: YAMLText)] = []
    switch origin {
    case .files(let images, let labels, let kind):
      entries = [("images", .text(images)), ("labels", .text(labels)), ("kind", .text(kind.rawValue))]
    case .synthetic(let pictures): entries = [("synthetic", pictures.yaml)]
    }
    let digests = sha256.sorted { $0.key < $1.key }.map { (key: $0.key, value: YAMLText.text($0.value)) }
    return .section(
      entries + [
        ("hold-out", holdOut.yaml), ("normalisation", .text(normalisation.rawValue)),
        ("scale", .number(scale)),
        ("sha256", .section(digests)), ("partly-annotated", .list(pageRanges(partlyAnnotated))),
      ])
  }
}

extension Experiment.SyntheticPictures {
  init(_ value: YAMLValue) throws {
    let section = try Section(value, keys: ["kind", "count", "size", "seed"])
    kind = try section["kind"]?.choice() ?? kind
    count = try section["count"]?.integer(.from(1, to: 10_000)) ?? count
    size = try section["size"]?.integer(.from(16, to: 16_384)) ?? size
    seed = try section["seed"]?.integer(.notNegative) ?? seed
  }

  var yaml: YAMLText {
    .section([
      ("kind", .text(kind.rawValue)), ("count", .number(count)), ("size", .number(size)),
      ("seed", .number(seed)),
    ])
  }
}
