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
  package private(set) var hasZero = false
  /// The first place where numbers meet, other than 0.
  private(set) var meeting: (file: String, page: Int, LabelPageSurvey.Meeting)?
  /// The first page that looks like a grey image: its file, and the percentage of equal neighbours.
  private(set) var grey: (file: String, percent: Int)?
  /// Files with a page of one number in at least three regions; and with one whose numbers end with 255, the largest of 8
  /// bits, and have at least three regions more than there are numbers.
  private(set) var maskFiles: [String] = [], cutFiles: [String] = []
  /// Files with a page of 255, with or without 0, and of no other number.
  private(set) var filesOfUnknown: [String] = []
  /// Over all pages of 0 and one other number.
  private(set) var classes = MaskClasses()

  /// Of no page yet.
  package init() {}

  /// Of every page of the label files that `pattern` names.
  /// - Throws: `DataError`, `FileError`.
  package init(of pattern: String) throws {
    self.init()
    for file in try NamedFiles.paths(pattern, areLabels: true) {
      for (number, page) in try PageFile.labels(of: file).enumerated() { add(page, file: file, page: number) }
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
    let regions = page.extents.values.reduce(0) { $0 + $1.regions }
    if page.extents.count == 1, regions >= 3, maskFiles.last != page.file { maskFiles.append(page.file) }
    if page.extents.count > 1, page.extents.keys.max() == UInt32(UInt8.max),
      regions >= page.extents.count + 3,
      cutFiles.last != page.file
    {
      cutFiles.append(page.file)
    }
    if page.extents.count == 1, page.extents[LabelKind.unknownClass] != nil, filesOfUnknown.last != page.file
    {
      filesOfUnknown.append(page.file)
    }
    for (number, extent) in page.extents {
      var occurrence = occurrences[number] ?? Occurrence(file: page.file)
      occurrence.extent.add(extent)
      occurrence.pages += 1
      occurrence.pagesInOne += extent.regions == 1 ? 1 : 0
      occurrences[number] = occurrence
    }
    hasZero = hasZero || page.hasZero
    if meeting == nil, let first = page.meeting { meeting = (page.file, page.page, first) }
    // A few scattered pixels prove nothing.
    if grey == nil, page.pairs >= 256, 2 * page.equalPairs < page.pairs {
      grey = (page.file, 100 * page.equalPairs / page.pairs)
    }
    if let classes = page.classes { self.classes.add(classes) }
  }
}

// MARK: - What they mean

extension LabelSurvey {
  /// What numbers show that they mean.
  package enum Meaning {
    /// One thing, and what says so.
    case sure(kind: LabelKind, reason: String)
    /// Several: instances or classes.
    case open
    /// They are no labels: a grey image, or soft edges.
    case noLabels(DataError)
  }

  /// What the numbers show that they mean.
  package var meaning: Meaning {
    if let error = noLabels(remedy: "give one number for each cell, or 0 and one other for a mask") {
      return .noLabels(error)
    }
    guard let largest = numbers.last else { return .sure(kind: .membranes, reason: "no number but 0") }
    if numbers.count == 1 {
      return .sure(
        kind: .membranes, reason: hasZero ? "a mask of 0 and \(largest)" : "no number but \(largest)")
    }
    guard looksLikeInstances, numbers.count >= 5 || largest > LabelKind.unknownClass else { return .open }
    return .sure(kind: .instances, reason: likeInstances)
  }

  /// What the numbers mean, and what says so.
  /// - Throws: `DataError` where they may be instances or classes, or are no labels.
  package func kind() throws -> (kind: LabelKind, reason: String) {
    switch meaning {
    case .sure(let kind, let reason): return (kind, reason)
    case .open: throw DataError(severalIn, asking("membranes"), choices: ["kind"])
    case .noLabels(let error): throw error
    }
  }

  /// What says that numbers are instances.
  package var likeInstances: String { "\(numbers.count) numbers, most of them one region a page" }

  /// The question what several numbers mean: instances, classes where they can be such, or `mask`.
  package func asking(_ mask: String) -> String {
    let all = numbers
    let readings = "instances\((all.last ?? 0) > LabelKind.unknownClass ? "" : ", classes") or \(mask)"
    let remedy = grounds.isEmpty ? "" : "if \(alternatives(grounds)) is the background, give it 0; else "
    let reason =
      !grounds.isEmpty
      ? " and no 0"
      : areNested
        ? ", most of their regions within or around others"
        : looksLikeInstances ? "" : ", many of them in several regions each"
    return
      "holds several numbers (\(listed(all.map(String.init), most: 5)))\(reason): \(remedy)say whether they mean "
      + readings
  }

  /// A line where no pixel is 0, though some number is likely the background.
  package var noGround: String? {
    grounds.isEmpty ? nil : "no pixel is 0, the background; if \(alternatives(grounds)) is it, give it 0"
  }

  /// What may be the background where no pixel is 0: either of two numbers, for cells may have most pixels, or the one of
  /// more that has.
  private var grounds: [UInt32] {
    guard !hasZero, occurrences.count > 1 else { return [] }
    return occurrences.count == 2 ? numbers : numbers.filter { share(of: [$0]) > 0.5 }
  }

  private func alternatives(_ numbers: [UInt32]) -> String {
    numbers.map(String.init).joined(separator: " or ")
  }

  /// Every number but 0, ascending.
  package var numbers: [UInt32] { occurrences.keys.sorted() }

  /// Whether most numbers are a single region on the pages on which they are, and not nested: classes are in many places,
  /// and levels of a slope one within the other.
  package var looksLikeInstances: Bool {
    guard !areNested else { return false }
    let (pages, inOne) = occurrences.values.reduce((0, 0)) { ($0.0 + $1.pages, $0.1 + $1.pagesInOne) }
    return 10 * inOne >= 7 * pages
  }

  /// The share of pixels other than 0 that have one of these numbers.
  package func share(of numbers: [UInt32]) -> Double {
    let all = occurrences.values.reduce(0) { $0 + $1.extent.pixels }
    let own = numbers.reduce(0) { $0 + (occurrences[$1]?.extent.pixels ?? 0) }
    return Double(own) / Double(max(all, 1))
  }

  /// Whether half of all regions or more lie within another or between two.
  var areNested: Bool {
    let (all, nested) = occurrences.values.reduce((0, 0)) {
      ($0.0 + $1.extent.regions, $0.1 + $1.extent.nested)
    }
    return all > 0 && 2 * nested >= all
  }

  /// The first file that shows that there are several numbers.
  private var severalIn: String {
    let named = numbers.map { occurrences[$0]?.file ?? "" }
    return files.last { named.contains($0) } ?? ""
  }

  /// Refuses photographs, and masks with soft edges.
  func refuseGreyAndSlopes(remedy: String) throws {
    if let error = noLabels(remedy: remedy) { throw error }
  }

  /// What is wrong with photographs, and masks with soft edges; nil for labels.
  private func noLabels(remedy: String) -> DataError? {
    // At least three numbers that are torn into pieces and lie as steps between others, and of all numbers a quarter.
    let steps = occurrences.filter { _, number in
      number.extent.regions > number.pages && 5 * number.extent.steps > number.extent.pixels
    }
    let hasSlopes = steps.count >= 3 && 4 * steps.count >= occurrences.count
    // A mask has one number in most places, a photograph none.
    let areas = occurrences.values.map(\.extent.pixels)
    let hasMain = 5 * (areas.max() ?? 0) > areas.reduce(0, +)
    if let grey, !(hasSlopes && hasMain) {
      return DataError(
        grey.file,
        "looks like a grey image, not like labels: of neighbouring pixels that are not 0 only "
          + "\(grey.percent) % have the same number; resize and turn labels by the nearest pixel, and \(remedy)"
      )
    }
    guard hasSlopes, let first = steps.keys.min() else { return nil }
    return DataError(
      occurrences[first]?.file ?? "",
      "holds \(numbers.count) numbers besides 0, \(steps.count) of them only as thin edges between others: a mask with "
        + "soft edges, or one that was a JPEG, or was resized; save it anew without smoothing, and \(remedy)")
  }
}
