import Glibc
import UNetConfiguration
import UNetFiles

extension Experiment {
  /// What is never trained on, and evaluated during training and after.
  package enum HoldOut: Equatable, Sendable {
    /// Nothing.
    case none
    /// Pages of a stack from 0, or the numbers in the names of a sequence's files; ascending.
    case pages([Int])
    /// Image files whose names, with or without the ending, match one of these globs.
    case files([String])
    /// Another set with labels of the same kind, such as the other sequence of the Cell Tracking Challenge.
    case sequence(images: String, labels: String, partlyAnnotated: [Int])

    /// Whether a frame of the images, by its page and its file's path, is held out.
    package func holds(page: Int, file: String) -> Bool {
      switch self {
      case .none, .sequence: return false
      case .pages(let pages): return pages.contains(page)
      case .files(let globs):
        let names = [Path.name(file), Path.stem(file)]
        return globs.contains { glob in names.contains { fnmatch(glob, $0, 0) == 0 } }
      }
    }
  }
}

extension Experiment.HoldOut {
  static let optionType = OptionType<Self>(
    "`none`; `{pages: 20-29}` (pages from 0, or the numbers in files' names); `{files: ['t05*']}`; or another set, "
      + "`{images: ..., labels: ..., partly-annotated: [...]}`",
    write: \.yaml, read: { try Self($0) })

  private init(_ value: YAMLValue) throws {
    if value.isWord("none") {
      self = .none
      return
    }
    guard case .mapping = value.content else {
      throw value.mismatch("none, or keys with values such as {pages: 20-29}")
    }
    let mapping = try YAMLMapping(value, keys: ["pages", "files", "images", "labels", "partly-annotated"])
    let pages = OptionType.pages
    switch (mapping["pages"], mapping["files"], mapping["images"] ?? mapping["labels"]) {
    case (let listed?, nil, nil): self = .pages(try pages.read(listed, []))
    case (nil, let files?, nil):
      let globs = try files.list().map { try $0.text() }
      guard !globs.isEmpty else { throw files.failure("names no file: give names such as 't05*'") }
      self = .files(globs)
    case (nil, nil, .some):
      self = .sequence(
        images: try mapping.required("images").text(), labels: try mapping.required("labels").text(),
        partlyAnnotated: try mapping["partly-annotated"].map { try pages.read($0, []) } ?? [])
      return
    default: throw mapping.failure("needs one of pages, files, or images with labels; or the word none")
    }
    if let surplus = mapping["partly-annotated"] {
      throw surplus.failure("belongs to held-out images with labels: remove it here")
    }
  }

  private var yaml: YAMLText {
    switch self {
    case .none: .text("none")
    case .pages(let pages): .section([("pages", OptionType.pages.write(pages))])
    case .files(let globs): .section([("files", .list(globs.map(YAMLText.quoted)))])
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
