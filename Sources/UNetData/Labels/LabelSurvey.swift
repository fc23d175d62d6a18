import UNetImages

/// What the numbers of all pages of labels say about what they mean.
///
/// Every page of every file is looked at, and no sample's width: a mask may be 0 and 1 in 32 bits, and instances may need
/// no more than 8.
package struct LabelSurvey: Sendable {
  /// What is known about a number over all pages.
  struct Occurrence: Sendable {
    var extent = LabelPageSurvey.Extent()
    /// Pages on which it is, and those on which it is one region.
    var pages = 0, pagesInOne = 0
    /// Where it is first.
    let file: String
  }

  /// The files, each once, in the order in which they came.
  package private(set) var files: [String] = []
  /// Every number but 0.
  private(set) var occurrences: [UInt32: Occurrence] = [:]
  /// Pages, those of 0 alone, those of one other number, and those on which that is in several regions.
  private(set) var pages = 0, emptyPages = 0, pagesOfOne = 0, pagesInParts = 0
  /// Whether any pixel is 0.
  private(set) var hasZero = false
  /// The first place where numbers meet, other than 0.
  private(set) var meeting: (file: String, page: Int, LabelPageSurvey.Meeting)?
  /// The first page that looks like a grey image: its file, and the percentage of equal neighbours.
  private(set) var grey: (file: String, percent: Int)?
  /// Over all pages of 0 and one other number.
  private(set) var classes = MaskClasses()

  /// Of no page yet.
  package init() {}

  /// Of every page of the label files that `pattern` names.
  /// - Throws: `DataError`, `FileError`.
  package init(of pattern: String) throws {
    self.init()
    for file in try NamedFiles.paths(pattern, areLabels: true) {
      for page in try ImageSequence.labels(of: file) { add(page.image, file: file, page: page.number) }
    }
  }

  /// Adds a page, counted from 0 in its file.
  package mutating func add(_ labels: LabelImage, file: String, page: Int) {
    add(LabelPageSurvey(labels, file: file, page: page))
  }

  mutating func add(_ page: LabelPageSurvey) {
    if files.last != page.file { files.append(page.file) }
    pages += 1
    if page.extents.isEmpty { emptyPages += 1 }
    if let only = page.extents.first?.value, page.extents.count == 1 {
      pagesOfOne += 1
      if only.regions > 1 { pagesInParts += 1 }
    }
    for (number, extent) in page.extents {
      var known = occurrences[number] ?? Occurrence(file: page.file)
      known.extent.add(extent)
      known.pages += 1
      known.pagesInOne += extent.regions == 1 ? 1 : 0
      occurrences[number] = known
    }
    hasZero = hasZero || page.hasZero
    if meeting == nil, let found = page.meeting { meeting = (page.file, page.page, found) }
    // A few scattered pixels prove nothing.
    if grey == nil, page.pairs >= 256, 2 * page.equalPairs < page.pairs {
      grey = (page.file, 100 * page.equalPairs / page.pairs)
    }
    if let classes = page.classes { self.classes.add(classes) }
  }
}

// MARK: - What they mean

extension LabelSurvey {
  /// What the numbers mean where they can mean one thing only, and what says so.
  ///
  /// - Throws: `DataError` where they may be instances or classes, or are no labels.
  package func kind() throws -> (kind: LabelKind, reason: String) {
    try refuseGreyAndSlopes(remedy: "give one number for each cell, or 0 and one other for a mask")
    guard let largest = numbers.last else { return (.membranes, "no number but 0") }
    if numbers.count == 1 {
      return (.membranes, hasZero ? "a mask of 0 and \(largest)" : "no number but \(largest)")
    }
    if largest > 255 { return (.instances, "numbers up to \(largest)") }
    if looksLikeInstances, numbers.count >= 5 {
      return (.instances, "\(numbers.count) numbers, most of them one region a page")
    }
    throw DataError(
      severalIn,
      "holds several numbers (\(listed(numbers.map(String.init), most: 5))): say whether they mean instances, classes "
        + "or membranes", choices: ["kind"])
  }

  /// Every number but 0, ascending.
  package var numbers: [UInt32] { occurrences.keys.sorted() }

  /// Whether most numbers are a single region on the pages on which they are: classes are in many places.
  package var looksLikeInstances: Bool {
    let (pages, inOne) = occurrences.values.reduce((0, 0)) { ($0.0 + $1.pages, $0.1 + $1.pagesInOne) }
    return 10 * inOne >= 7 * pages
  }

  /// The first file that shows that there are several numbers.
  private var severalIn: String {
    let named = numbers.map { occurrences[$0]?.file ?? "" }
    return files.last { named.contains($0) } ?? ""
  }

  /// Refuses photographs, and masks with soft edges.
  func refuseGreyAndSlopes(remedy: String) throws {
    // At least three numbers that are torn into pieces and lie as steps between others, and of all numbers a quarter.
    let steps = occurrences.filter { _, number in
      number.extent.regions > number.pages && 5 * number.extent.steps > number.extent.pixels
    }
    let hasSlopes = steps.count >= 3 && 4 * steps.count >= occurrences.count
    // A mask has one number in most places, a photograph none.
    let areas = occurrences.values.map(\.extent.pixels)
    let hasMain = 5 * (areas.max() ?? 0) > areas.reduce(0, +)
    if let grey, !(hasSlopes && hasMain) {
      throw DataError(
        grey.file,
        "looks like a grey image, not like labels: of neighbouring pixels that are not 0 only "
          + "\(grey.percent) % have the same number; \(remedy)")
    }
    guard hasSlopes, let first = steps.keys.min() else { return }
    throw DataError(
      occurrences[first]?.file ?? "",
      "holds \(numbers.count) numbers besides 0, \(steps.count) of them only as thin edges between others: a mask with "
        + "soft edges, or one that was a JPEG, or was resized; save it anew without smoothing, and \(remedy)")
  }
}
