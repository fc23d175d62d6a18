import CImageFiles
import UNetFiles
import UNetNumerics

/// Looks for the planes of a file: directories that are pages, and what lies behind the last of them.
struct TIFFPlaneFinder {
  typealias Directory = TIFFStructure.Directory
  let structure: TIFFStructure
  /// All there are.
  let directories: [Directory]
  let file: FileReader
  /// MetaMorph's, which libtiff has no name for: a value for each plane.
  private static let metaMorphPlanes: Int32 = 33629

  /// The directories that are pages: neither reduced copies of others nor masks of them (TIFF 6.0, NewSubfileType; slide
  /// scanners leave it unsaid), but where there is nothing else.
  func pageDirectories() throws -> [Directory] {
    let pages = try directories.filter { directory in
      let kind = try structure.number(directory[TIFFTAG_SUBFILETYPE]) ?? 0
      let oldKind = try structure.number(directory[TIFFTAG_OSUBFILETYPE]) ?? Int(OFILETYPE_IMAGE)
      return kind & Int(FILETYPE_REDUCEDIMAGE | FILETYPE_MASK) == 0 && oldKind != OFILETYPE_REDUCEDIMAGE
    }
    guard let first = pages.first, first[TIFFTAG_TILEWIDTH] != nil else {
      return pages.isEmpty ? directories : pages
    }
    return try pages.filter { try !isCopy($0, of: first) }
  }

  /// Whether a page has the proportions of `first`, which is stored in tiles, and at most half its sides.
  private func isCopy(_ directory: Directory, of first: Directory) throws -> Bool {
    let sides = try [directory, first].map { directory in
      try [TIFFTAG_IMAGEWIDTH, TIFFTAG_IMAGELENGTH].map { try structure.number(directory[$0]) ?? 0 }
    }
    let (small, large) = (sides[0], sides[1])
    guard large.allSatisfy({ $0 < 1 << 30 }), 2 * small[0] <= large[0], 2 * small[1] <= large[1] else {
      return false
    }
    // A side may be rounded.
    return abs(small[0] * large[1] - small[1] * large[0]) <= large[0] + large[1]
  }

  /// What stands in a directory about its image, or about all of the file.
  func description(of directory: Directory) throws -> String? {
    try structure.text(directory[TIFFTAG_IMAGEDESCRIPTION])
  }

  /// What an OME document says; nil where it says nothing of this file.
  func omePages(_ text: String) throws -> OMEPages? {
    guard let document = OMEReader.document(text) else {
      // One page is itself, whatever was to be said of it.
      guard directories.count > 1 else { return nil }
      throw PageError(problem: "has an OME description that is no XML: save it anew")
    }
    return try OMEPages(document, file: file.path, directories: directories.count)
  }

  /// Pages without a description, or with those of tifffile, which follow each other; MetaMorph's stack of one directory.
  ///
  /// `planes`: the pages if planes that may be channels or images are pages; nil where there are none.
  func plainPages(_ own: [Directory]) throws -> (pages: [[TIFFPlan.Plane]], planes: [[TIFFPlan.Plane]]?) {
    if own.count == 1, let planes = own[0][Self.metaMorphPlanes]?.count, planes > 1 {
      return (try pages(PageAxes(axes: [("I", planes)]), of: own[...], by: "MetaMorph") ?? [], nil)
    }
    var found: [[TIFFPlan.Plane]] = [], split: [[TIFFPlan.Plane]] = []
    var rest = own[...]
    while let first = rest.first {
      let array = try description(of: first).flatMap(ShapedDescription.init)
      let axes = try array.flatMap { $0.axes(planeSize: try planeSize(of: first)) } ?? PageAxes(axes: [])
      let directories = rest.prefix(array?.isTruncated == true ? 1 : axes.planeCount ?? .max)
      let pages = try pages(axes, of: directories, by: "tifffile") ?? []
      let (meaning, samples) = try array.map { try samplePlanes(of: first, in: $0) } ?? (.channels, 1)
      let images = pages.flatMap { page in
        (0..<samples).map { sample in
          page.map { TIFFPlan.Plane(directory: $0.directory, behind: $0.behind, sample: sample) }
        }
      }
      found += meaning == .images ? images : pages
      split += meaning == .channels ? pages : images
      rest = rest.dropFirst(directories.count)
    }
    return (found, split.count > found.count ? split : nil)
  }

  /// What the planes of a directory's samples are in an array, and how many.
  private func samplePlanes(of directory: Directory, in array: ShapedDescription) throws -> (
    ShapedDescription.SamplePlanes, count: Int
  ) {
    let isPlanar = try structure.number(directory[TIFFTAG_PLANARCONFIG]) == Int(PLANARCONFIG_SEPARATE)
    let count = isPlanar ? max(1, try samples(of: directory)) : 1
    return (array.samplePlanes(count, of: try planeSize(of: directory) / count), count)
  }

  /// Samples of a pixel.
  func samples(of directory: Directory) throws -> Int {
    try structure.number(directory[TIFFTAG_SAMPLESPERPIXEL]) ?? 1
  }

  /// Numbers of a plane.
  private func planeSize(of directory: Directory) throws -> Int {
    let width = try structure.number(directory[TIFFTAG_IMAGEWIDTH]) ?? 0
    let height = try structure.number(directory[TIFFTAG_IMAGELENGTH]) ?? 0
    let samples = try samples(of: directory)
    return max(width, height) < 1 << 24 && samples < 1 << 15 ? width * height * samples : 0
  }

  /// The pages that `axes` make of the directories `own`, and of what lies behind one of them.
  ///
  /// Nil where `own` are more than the axes have, in which case the description is of another file.
  /// - Throws: `PageError` where they are fewer.
  func pages(_ axes: PageAxes, of own: ArraySlice<Directory>, by program: String) throws
    -> [[TIFFPlan.Plane]]?
  {
    let count = axes.planeCount ?? .max
    if count < own.count { return nil }
    guard let first = own.first else { return nil }
    guard count > own.count else {
      return axes.pages(upTo: count)?.map { $0.map { .init(directory: own[own.startIndex + $0].place) } }
    }
    guard own.count == 1, try isFollowed(first, by: count - 1), let pages = axes.pages(upTo: count) else {
      throw PageError.missing(promised: count, of: own.count, by: program)
    }
    return pages.map { $0.map { .init(directory: first.place, behind: $0) } }
  }

  /// Whether the file holds `planes` more of the size of the directory's own, uncompressed and right behind it.
  private func isFollowed(_ directory: Directory, by planes: Int) throws -> Bool {
    let compression = try structure.number(directory[TIFFTAG_COMPRESSION]) ?? Int(COMPRESSION_NONE)
    let order = try structure.number(directory[TIFFTAG_FILLORDER]) ?? Int(FILLORDER_MSB2LSB)
    guard compression == COMPRESSION_NONE, order == FILLORDER_MSB2LSB,
      let starts = try structure.numbers(directory[TIFFTAG_STRIPOFFSETS]),
      let sizes = try structure.numbers(directory[TIFFTAG_STRIPBYTECOUNTS]),
      starts.count == sizes.count, let first = starts.first
    else { return false }
    var end = first
    for (start, size) in zip(starts, sizes) {
      guard start == end, size > 0, size <= file.size - end else { return false }
      end += size
    }
    let size = end - first
    // Directories stand before the planes or behind them.
    return planes <= (file.size - end) / size && !(first..<end + planes * size).contains(directory.place)
  }
}

extension PageError {
  /// A description promises more pages than there are.
  static func missing(promised: Int, of found: Int, by program: String) -> PageError {
    PageError(
      problem:
        "has \(counted(found, "page")), but its description (\(program)) promises \(promised): "
        + "save it anew, with all pages")
  }
}
