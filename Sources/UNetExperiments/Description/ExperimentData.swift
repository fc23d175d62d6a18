import UNetConfiguration
import UNetData
import UNetImages
import UNetPrediction

extension Experiment {
  /// The images and what is known about them; `options` says what each value is.
  package struct DataSettings: Equatable, Sendable {
    /// Where images and labels come from.
    package enum Origin: Equatable, Sendable {
      /// Files, globs or folders, relative to the data root; `kind` says what the labels mean.
      case files(images: String, labels: String, kind: LabelKind)
      /// Pictures made by number.
      case synthetic(SyntheticPictures)
    }

    package var origin = Origin.synthetic(SyntheticPictures())
    package var border = Border.zero
    package var holdOut = HoldOut.none, leaveOut = HoldOut.none
    package var normalisation = Normalisation.meanDeviation
    package var scale = 1.0
    package var sha256: [String: String] = [:]
    package var partlyAnnotated: [Int] = []
    package var unlabelledBorder = 0
    package var level = 0
    package var regions: [String: [ImageRegion]] = [:]

    /// The embedded default: synthetic membranes.
    package init() {}

    /// What the labels mean.
    package var kind: LabelKind {
      switch origin {
      case .files(_, _, let kind): kind
      case .synthetic(let pictures): pictures.labelKind
      }
    }
  }

  /// Pictures with known labels, made by number; thirty of membranes, as large as the EM challenge's.
  package struct SyntheticPictures: Equatable, Sendable {
    /// What they show.
    package enum Kind: String, CaseIterable, Sendable {
      /// Cells with dark membranes, as electron microscopy shows them.
      case membranes
      /// Touching bright cells, as phase contrast shows them.
      case cells
    }

    package var kind = Kind.membranes
    package var count = 30, size = 512, seed = 1
    package init() {}
  }
}

extension Experiment.DataSettings {
  /// The section `data`.
  static let optionType = OptionType<Self>.section(options, checked: check)

  private static let options = OptionTable<Self>([
    .init(
      "images", ofForm: { $0.files?.images }, .text, standard: "required",
      "A file (each page of a stack is an image), a glob such as `frames/*.tif`, or a folder."),
    .init(
      "labels", ofForm: { $0.files?.labels }, .text, standard: "required",
      "Their labels, given in the same way."),
    .init(
      "kind", ofForm: { $0.files?.kind }, .choice, standard: "required",
      "`membranes`: 0 is border, all else cell (see `border`); `instances`: 0 is background, every other number a cell; `classes`: "
        + "class numbers from 0, 255 unknown."),
    .init(
      "synthetic", ofForm: \.synthetic, .section(Experiment.SyntheticPictures.options), standard: "",
      "Generated images with known labels, in place of the three keys above."),
    .init(
      "border", \.border, .choice, inHash: .unless(.zero),
      "For `membranes`: `zero`, 0 is the border and all else cell; `other`, 0 is cell and all else the border."
    ),
    .init("hold-out", \.holdOut, Experiment.HoldOut.optionType, "Images to evaluate on, never trained on."),
    .init(
      "leave-out", \.leaveOut, Experiment.HoldOut.leftOutType, inHash: .unless(.none),
      "Images neither trained nor evaluated on, such as those that will judge what is chosen."),
    .normalisation(\.normalisation), .scale(\.scale),
    .init("sha256", \.sha256, digests, "The SHA-256 of files, by path; a file with another is an error."),
    .init(
      "partly-annotated", \.partlyAnnotated, .pages,
      "Pages, or numbers in names, of which only some cells are labelled: there 0 is unknown, not background."
    ),
    .init(
      "unlabelled-border", \.unlabelledBorder, .integer(.from(0, to: 10_000)), inHash: .unless(0),
      "Pixels of the files from each border within which cells may be unlabelled: there 0 is unknown, not background."
    ),
    .init(
      "level", \.level, .integer(.from(0, to: 60)), inHash: .unless(0),
      "The level of pyramids, whole-slide images and OME-Zarr, that is read, from 0, the largest."),
    .init(
      "regions", \.regions, regions, inHash: .unless([:]),
      "By path of an image the parts of it that are read, each a page, in place of the whole: left, top, width and height in pixels of "
        + "the largest level."),
  ])

  private static let regions = OptionType<[String: [ImageRegion]]>(
    "for each path parts such as `[\"1000,2000,512,512\"]`",
    write: { regions in
      .section(
        regions.sorted { $0.key < $1.key }.map { ($0.key, .list($0.value.map { "\"\($0)\"" })) })
    },
    read: { value in
      try value.mapping().reduce(into: [:]) { regions, entry in
        let parts = try entry.value.list().map { part in
          guard let region = ImageRegion(try part.text()) else {
            throw part.mismatch("a part: left, top, width and height, such as \"1000,2000,512,512\"")
          }
          return region
        }
        guard !parts.isEmpty else { throw entry.value.failure("has no part: give some, or leave it out") }
        regions[entry.name] = parts
      }
    })

  private var files: (images: String, labels: String, kind: LabelKind)? {
    guard case .files(let images, let labels, let kind) = origin else { return nil }
    return (images, labels, kind)
  }

  private var synthetic: Experiment.SyntheticPictures? {
    guard case .synthetic(let pictures) = origin else { return nil }
    return pictures
  }

  private static let digests = OptionType<[String: String]>(
    "a SHA-256 for each path",
    write: { .section($0.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) }) },
    read: { value in
      try value.mapping().reduce(into: [:]) { digests, entry in
        let digest = try entry.value.text().lowercased()
        guard digest.utf8.count == 64, digest.allSatisfy({ "0123456789abcdef".contains($0) }) else {
          throw entry.value.mismatch("a SHA-256 of 64 hexadecimal digits")
        }
        digests[entry.name] = digest
      }
    })

  /// Images come from files or are made, and each way excludes what belongs to the other.
  private static func check(_ mapping: YAMLMapping, _ source: inout Self) throws {
    if let synthetic = mapping["synthetic"] {
      for key in ["images", "labels", "kind"] {
        guard let surplus = mapping[key] else { continue }
        throw surplus.failure("cannot stand beside data.synthetic: remove one of them")
      }
      var pictures = Experiment.SyntheticPictures()
      try Experiment.SyntheticPictures.options.read(synthetic, into: &pictures)
      if let problem = pictures.problem { throw synthetic.failure(problem) }
      source.origin = .synthetic(pictures)
    } else if !mapping.isEmpty {
      source.origin = .files(
        images: try mapping.required("images").text(), labels: try mapping.required("labels").text(),
        kind: try mapping.required("kind").choice())
    }
    if source.border == .other, source.kind != .membranes || source.synthetic != nil,
      let border = mapping["border"]
    {
      throw border.failure("belongs to files with labels of kind membranes: remove it")
    }
    guard let pictures = source.synthetic else { return }
    for key in ["level", "regions"] where source.level > 0 || !source.regions.isEmpty {
      guard let surplus = mapping[key] else { continue }
      throw surplus.failure("belongs to files: remove it, or give images")
    }
    if let listed = mapping["partly-annotated"], !source.partlyAnnotated.isEmpty {
      throw listed.failure("belongs to files; synthetic pictures are annotated throughout: remove it")
    }
    if let border = mapping["unlabelled-border"], source.unlabelledBorder > 0 {
      throw border.failure("belongs to files; synthetic pictures are annotated throughout: remove it")
    }
    if let leaveOut = mapping["leave-out"] { try source.leaveOut.check(pictures, leaveOut) }
    if let holdOut = mapping["hold-out"] {
      try source.holdOut.check(pictures, without: source.leaveOut, holdOut)
    }
  }
}

extension Experiment.HoldOut {
  /// Of synthetic pictures it is known beforehand whether held-out pages exist and others are left.
  fileprivate func check(
    _ pictures: Experiment.SyntheticPictures, without leaveOut: Self = .none, _ value: YAMLValue
  ) throws {
    // A part of what another part leaves is known when both are divided.
    guard leaveOut == .none || namesPages else { return }
    switch self {
    case .none, .sequence: return
    case .files: throw value.failure("cannot name files of data.synthetic: give pages, such as 20-29")
    case .part(let part):
      if let problem = part.problem(of: pictures.count) { throw value.failure(problem) }
    case .pages(let pages):
      if let missing = pages.last, missing >= pictures.count {
        throw value.failure("names page \(missing), but data.synthetic has pages 0-\(pictures.count - 1)")
      }
      guard pages.count < pictures.count else {
        throw value.failure("holds out every page: leave some to train on")
      }
    }
  }
}

extension Experiment.SyntheticPictures {
  /// What is wrong with them together; nil where nothing is.  All are in memory at once, some 16 bytes a pixel.
  package var problem: String? {
    count * size * size <= 1 << 30
      ? nil : "asks for \(count) images of \(size)² pixels, more than 2^30 in all: lower count or size"
  }

  package static let options = OptionTable<Self>([
    .init("kind", \.kind, .choice, "What the images show."),
    .init("count", \.count, .integer(.from(1, to: 10_000)), "Number of images."),
    .init("size", \.size, .integer(.from(16, to: 16_384)), "Height and width of an image, in pixels."),
    .init(
      "seed", \.seed, .integer(.notNegative), "Seed of the first image; each next image has the next number."),
  ])
}
