import UNetFiles
import UNetImages
import UNetNumerics

/// Images and their labels, paired, as the files have them.
package struct Dataset: Sendable {
  /// In the natural order of the images.
  package let pages: [LabelledPage]
  /// How their files are numbered; nil where pages are counted instead (`LabelledPage.page`).
  package let numbers: PageNumbers?
  /// What is odd about files and labels, in a line each.
  package let notes: [String]
  /// Whether files of one page follow one another: their names are of one form, with consecutive numbers.
  let areConsecutive: Bool
  let meaning: Meaning

  /// Reads and pairs `images` and `labels` (`pairedFiles`).
  ///
  /// - `channels`: of every image; nil for what they have (`unifyChannels`).
  /// - `parts`: what is read of large images.
  /// - Throws: `DataError` that names the files when counts, sizes or values do not fit, or the labels cannot be what they
  ///   are said to be; `FileError`; `CancellationError`.
  package init(
    images: String, labels: String, _ meaning: Meaning, channels: Int? = nil,
    parts: ImageParts = ImageParts()
  ) throws {
    let files = try pairedFiles(images: images, labels: labels)
    for pair in files.pairs {
      guard Path.real(pair.images[0]) != Path.real(pair.labels[0]) else {
        throw DataError(
          pair.images[0],
          (["is named as image and as its own labels: name images and labels apart"] + files.notes)
            .joined(separator: "; "))
      }
    }
    let read = try interruptibleMap(files.pairs) { pair in
      var (pages, overlap) = try pair.read(parts)
      let surveys = pages.map { LabelPageSurvey($0.labels, file: $0.labelFile, page: $0.pageInFile ?? 0) }
      for (at, survey) in surveys.enumerated() { pages[at].numberCount = survey.extents.count }
      return (pages, surveys, overlap)
    }
    var survey = LabelSurvey()
    for page in read.flatMap(\.1) { survey.add(page) }
    let odd = try survey.check(
      meaning, orSwapped: "images and labels", with: files.pairs[0].images[0])
    try meaning.requireCell(survey)
    var pages = read.flatMap(\.0)
    try unifyChannels(&pages, wanted: channels)
    let haveStacks = pages.contains { $0.pageInFile != nil }
    if haveStacks { for at in pages.indices { pages[at].page = at } }
    (self.pages, self.meaning) = (pages, meaning)
    numbers = haveStacks ? nil : files.numbers
    areConsecutive = files.numbers?.areConsecutive ?? false
    notes = files.notes + odd + overlaps(read.map(\.2), of: files.pairs)
  }

  /// The pages with their places among those of all files, where they are several and have several pages.
  package var countsPagesOfFiles: Bool { numbers == nil && Set(pages.map(\.file)).count > 1 }

  /// The values of a pixel, the same in all images.
  package var channels: Int { pages.first?.image.channels ?? 1 }
}

// MARK: - Frames

extension Dataset {
  /// The frames of these pages; of all where none are named.
  ///
  /// - `gap`: pixels of background put between touching instances.
  /// - `partlyAnnotated`: the pages (`Frame.page`) whose unlabelled pixels are unknown, not background.
  /// - `unlabelledBorder`: pixels of the files from each border within which unlabelled pixels are unknown as well.
  /// - `scale`: the resolution at which labels are wanted, for 1 in the files; images stay as they are.
  /// - Throws: `DataError` where a class is too large, or an instance too small for `scale`.
  package func frames(
    _ chosen: [Int]? = nil, gap: Int = 1, partlyAnnotated: Set<Int> = [], unlabelledBorder: Int = 0,
    scale: Double = 1
  ) throws -> [Frame] {
    let wanted = chosen.map { $0.map { pages[$0] } } ?? pages
    return try interruptibleMap(wanted) { page in
      let annotation = try Annotation(
        try rescaled(page, by: scale), meaning, gap: gap,
        partlyAnnotated: partlyAnnotated.contains(page.page),
        unlabelledBorder: Int((Double(unlabelledBorder) * scale).rounded(.up)), file: page.labelFile)
      return Frame(
        name: page.name, file: page.file, labelFile: page.labelFile, page: page.page,
        pageInFile: page.pageInFile ?? 0,
        image: page.image, scale: scale, annotation: annotation)
    }
  }

  /// The frames of `images` with `labels`.
  package static func load(
    images: String, labels: String, kind: LabelKind, gap: Int = 1,
    partlyAnnotated: Set<Int> = [], scale: Double = 1
  ) throws -> [Frame] {
    try Dataset(images: images, labels: labels, Meaning(kind))
      .frames(gap: gap, partlyAnnotated: partlyAnnotated, scale: scale)
  }

  /// Labels at another resolution, where every instance must be left.
  private func rescaled(_ page: LabelledPage, by scale: Double) throws -> LabelImage {
    let labels = page.labels.rescaled(by: scale)
    guard scale != 1, meaning.kind == .instances,
      let lost = Set(page.labels.numbers).subtracting(labels.numbers).min()
    else { return labels }
    let size = page.labels.numbers.lazy.filter { $0 == lost }.count
    throw DataError(
      page.labelFile,
      "page \(page.pageInFile ?? 0) has a cell, \(lost), of \(counted(size, "pixel")) that vanishes at scale "
        + "\(scale): raise data.scale or remove the cell from the labels")
  }
}

/// A line where objects of one image claim the same pixels.
private func overlaps(_ counts: [Int], of pairs: [FilePair]) -> [String] {
  let overlapping = zip(counts, pairs).filter { $0.0 > 0 }
  guard !overlapping.isEmpty else { return [] }
  let pixels = overlapping.reduce(0) { $0 + $1.0 }
  return [
    "\(listed(overlapping.map { Path.folder(of: $0.1.labels[0]) })): \(pixels) pixels belong to several objects; each is given to "
      + "the smallest of them"
  ]
}
