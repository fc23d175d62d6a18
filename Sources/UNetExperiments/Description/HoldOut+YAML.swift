import UNetConfiguration

extension Experiment.HoldOut {
  static let optionType = OptionType<Self>(
    "`none`; `{share: 0.2}`; `{count: 8}`; `{every: 5}`; `{fold: 1/5}`; `{pages: 20-29}` (pages from 0, or the numbers in "
      + "files' names); `{files: ['t05*']}`; or another set, `{images: ..., labels: ..., partly-annotated: [...]}`",
    write: \.yaml, read: { try Self($0) })

  /// What is left out is a part of the experiment's own images.
  static let leftOutType = OptionType<Self>(
    "`none`, or as `hold-out`, but for another set", write: \.yaml,
    read: { value in
      let leftOut = try Self(value)
      if case .sequence = leftOut {
        throw value.failure("is another set, which is not trained on anyway: remove it")
      }
      return leftOut
    })

  /// The keys of which one says what is held out.
  private static let forms = ["share", "count", "every", "fold", "pages", "files"]

  private init(_ value: YAMLValue) throws {
    if value.isWord("none") {
      self = .none
      return
    }
    guard case .mapping = value.content else {
      throw value.mismatch("none, or keys with values such as {pages: 20-29}")
    }
    let mapping = try YAMLMapping(value, keys: Self.forms + ["images", "labels", "partly-annotated"])
    let given = Self.forms.compactMap { form in mapping[form].map { (form, $0) } }
    let isSet = mapping["images"] != nil || mapping["labels"] != nil
    guard given.count + (isSet ? 1 : 0) == 1 else {
      throw mapping.failure(
        "needs one of \(Self.forms.joined(separator: ", ")), or images with labels; or the word none")
    }
    guard let (form, value) = given.first else {
      self = .sequence(
        images: try mapping.required("images").text(), labels: try mapping.required("labels").text(),
        partlyAnnotated: try mapping["partly-annotated"].map { try OptionType.pages.read($0, []) } ?? [])
      return
    }
    if let surplus = mapping["partly-annotated"] {
      throw surplus.failure("belongs to held-out images with labels: remove it here")
    }
    self = try Self(form, value)
  }

  private init(_ form: String, _ value: YAMLValue) throws {
    switch form {
    case "pages": self = .pages(try OptionType.pages.read(value, []))
    case "files":
      let globs = try value.list().map { try $0.text() }
      guard !globs.isEmpty else { throw value.failure("names no file: give names such as 't05*'") }
      self = .files(globs)
    case "share":
      self = .part(.share(try value.number(Bound("greater than 0 and less than 1") { $0 > 0 && $0 < 1 })))
    case "count": self = .part(.count(try value.integer(.from(1))))
    case "every": self = .part(.every(try value.integer(.from(2))))
    default: self = .part(try Self.fold(value))
    }
  }

  /// `1/5`.
  private static func fold(_ value: YAMLValue) throws -> Part {
    let parts = try value.text().split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let fold = parts[0], let folds = parts[1], folds >= 2, 1...folds ~= fold else {
      throw value.mismatch("a fold such as 1/5: one of two parts or more, counted from 1")
    }
    return .fold(fold, of: folds)
  }

  private var yaml: YAMLText {
    switch self {
    case .none: .text("none")
    case .pages(let pages): .section([("pages", OptionType.pages.write(pages))])
    case .files(let globs): .section([("files", .list(globs.map(YAMLText.quoted)))])
    case .part(.share(let share)): .section([("share", .decimal(share))])
    case .part(.count(let count)): .section([("count", .number(count))])
    case .part(.every(let step)): .section([("every", .number(step))])
    case .part(.fold(let fold, let folds)): .section([("fold", .text("\(fold)/\(folds)"))])
    case .sequence(let images, let labels, let partlyAnnotated):
      .section([
        ("images", .text(images)), ("labels", .text(labels)),
        ("partly-annotated", OptionType.pages.write(partlyAnnotated)),
      ])
    }
  }
}

extension OptionType<[Int]> {
  /// Ascending page numbers: `20-29`, `7`, or a list of such.
  static let pages = OptionType(
    "pages such as `7` or `20-29`, or a list of such", write: { .list(pageRanges($0)) },
    read: { try pageNumbers($0) })
}

/// Ascending page numbers from `20-29`, `7`, or a list of such.
private func pageNumbers(_ value: YAMLValue) throws -> [Int] {
  var pages: Set<Int> = []
  for range in try value.list() {
    let ends = try range.text().split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last,
      last < 1_000_000
    else { throw range.mismatch("pages such as 7 or 20-29") }
    pages.formUnion(first...last)
  }
  return pages.sorted()
}

/// Ascending page numbers as few ranges: `20-29`.
func pageRanges(_ pages: [Int]) -> [String] {
  var ranges: [ClosedRange<Int>] = []
  for page in pages {
    if let last = ranges.last, page == last.upperBound + 1 {
      ranges[ranges.count - 1] = last.lowerBound...page
    } else {
      ranges.append(page...page)
    }
  }
  return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
}
