import UNetFiles

/// Looks for the planes of a file: directories that are pages, and what lies behind the last of them.
struct TIFFPlaneFinder {
  let structure: TIFFStructure
  /// The places of all directories.
  let places: [Int]
  let file: FileReader

  /// The directories that are pages: neither reduced copies of others nor masks of them (TIFF 6.0, NewSubfileType; slide
  /// scanners leave it unsaid), but where there is nothing else.
  func pagePlaces() throws -> [Int] {
    let pages = try places.filter { place in
      let directory = try structure.directory(at: place)?.0
      let kind = try structure.number(directory?[254]) ?? 0
      let oldKind = try structure.number(directory?[255]) ?? 1
      return kind & 5 == 0 && oldKind != 2
    }
    guard let first = pages.first, try structure.directory(at: first)?.0[322] != nil else {
      return pages.isEmpty ? places : pages
    }
    return try pages.filter { try !isCopy($0, of: first) }
  }

  /// Whether a page has the proportions of `first`, which is stored in tiles, and at most half its sides.
  private func isCopy(_ place: Int, of first: Int) throws -> Bool {
    let sides = try [place, first].map { place in
      let directory = try structure.directory(at: place)?.0
      return try [256, 257].map { try structure.number(directory?[$0]) ?? 0 }
    }
    let (small, large) = (sides[0], sides[1])
    guard large.allSatisfy({ $0 < 1 << 30 }), 2 * small[0] <= large[0], 2 * small[1] <= large[1] else {
      return false
    }
    // A side may be rounded.
    return abs(small[0] * large[1] - small[1] * large[0]) <= large[0] + large[1]
  }

  /// The description of the directory at `place`.
  func description(at place: Int) throws -> String? {
    try structure.text(try structure.directory(at: place)?.0[270])
  }

  /// What an OME document says; nil where it says nothing of this file.
  func omePages(_ text: String) throws -> OMEPages? {
    guard let document = OMEReader.document(text) else {
      // One page is itself, whatever was to be said of it.
      guard places.count > 1 else { return nil }
      throw PageError(problem: "has an OME description that is no XML: save it anew")
    }
    return try OMEPages(document, file: file.path, directories: places.count)
  }

  /// Pages without a description, or with those of tifffile, which follow each other; MetaMorph's stack of one directory.
  ///
  /// `planes`: the pages if planes that may be channels or images are pages; nil where there are none.
  func plainPages(_ own: [Int]) throws -> (pages: [[TIFFPlan.Plane]], planes: [[TIFFPlan.Plane]]?) {
    if own.count == 1, let planes = try structure.directory(at: own[0])?.0[33629]?.count, planes > 1 {
      return (try pages(PageAxes(axes: [("I", planes)]), of: own[...], by: "MetaMorph") ?? [], nil)
    }
    var found: [[TIFFPlan.Plane]] = [], split: [[TIFFPlan.Plane]] = []
    var rest = own[...]
    while let place = rest.first {
      let array = try description(at: place).flatMap(ShapedDescription.init)
      let axes = try array.flatMap { $0.axes(planeSize: try planeSize(at: place)) } ?? PageAxes(axes: [])
      let directories = rest.prefix(array?.isTruncated == true ? 1 : axes.planeCount ?? .max)
      let pages = try pages(axes, of: directories, by: "tifffile") ?? []
      let (meaning, samples) = try array.map { try samplePlanes(at: place, of: $0) } ?? (.channels, 1)
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

  /// What the planes of the samples at `place` are in an array, and how many.
  private func samplePlanes(at place: Int, of array: ShapedDescription) throws -> (
    ShapedDescription.SamplePlanes, count: Int
  ) {
    let isPlanar = try structure.number(try structure.directory(at: place)?.0[284]) == 2
    let count = isPlanar ? max(1, try samples(at: place)) : 1
    return (array.samplePlanes(count, of: try planeSize(at: place) / count), count)
  }

  /// Samples of a pixel.
  func samples(at place: Int) throws -> Int {
    try structure.number(try structure.directory(at: place)?.0[277]) ?? 1
  }

  /// Numbers of a plane.
  private func planeSize(at place: Int) throws -> Int {
    let directory = try structure.directory(at: place)?.0
    let sides = try [256, 257, 277].map { try structure.number(directory?[$0]) ?? ($0 == 277 ? 1 : 0) }
    return sides.allSatisfy { $0 < 1 << 24 } && sides[2] < 1 << 15 ? sides[0] * sides[1] * sides[2] : 0
  }

  /// The pages that `axes` make of the directories `own`, and of what lies behind one of them.
  ///
  /// Nil where `own` are more than the axes have, in which case the description is of another file.
  /// - Throws: `PageError` where they are fewer.
  func pages(_ axes: PageAxes, of own: ArraySlice<Int>, by program: String) throws
    -> [[TIFFPlan.Plane]]?
  {
    let count = axes.planeCount ?? .max
    if count < own.count { return nil }
    guard let first = own.first else { return nil }
    guard count > own.count else {
      return axes.pages(upTo: count)?.map { $0.map { .init(directory: own[own.startIndex + $0]) } }
    }
    guard own.count == 1, try isFollowed(first, by: count - 1), let pages = axes.pages(upTo: count) else {
      throw PageError.missing(promised: count, of: own.count, by: program)
    }
    return pages.map { $0.map { .init(directory: first, behind: $0) } }
  }

  /// Whether the file holds `planes` more of the size of the directory's own, uncompressed and right behind it.
  private func isFollowed(_ place: Int, by planes: Int) throws -> Bool {
    guard let directory = try structure.directory(at: place)?.0,
      try structure.number(directory[259]) ?? 1 == 1, try structure.number(directory[266]) ?? 1 == 1,
      let starts = try structure.numbers(directory[273]), let sizes = try structure.numbers(directory[279]),
      starts.count == sizes.count, let first = starts.first
    else { return false }
    var end = first
    for (start, size) in zip(starts, sizes) {
      guard start == end, size > 0, size <= file.size - end else { return false }
      end += size
    }
    let size = end - first
    // Directories stand before the planes or behind them.
    return planes <= (file.size - end) / size && !(first..<end + planes * size).contains(place)
  }
}

extension PageError {
  /// A description promises more pages than there are.
  static func missing(promised: Int, of found: Int, by program: String) -> PageError {
    PageError(
      problem:
        "has \(found) \(found == 1 ? "page" : "pages"), but its description (\(program)) promises \(promised): "
        + "save it anew, with all pages")
  }
}
