import UNetFiles

/// Looks for the planes of a file: directories that are pages, and what lies behind the last of them.
struct TIFFPlaneFinder {
  let structure: TIFFStructure
  /// The places of all directories.
  let places: [Int]
  let file: FileReader

  /// The directories that are pages: neither reduced copies of others nor masks of them (TIFF 6.0, NewSubfileType), but
  /// where there is nothing else.
  func pagePlaces() throws -> [Int] {
    let pages = try places.filter { place in
      let directory = try structure.directory(at: place)?.0
      let kind = try structure.number(directory?[254]) ?? 0
      let oldKind = try structure.number(directory?[255]) ?? 1
      return kind & 5 == 0 && oldKind != 2
    }
    return pages.isEmpty ? places : pages
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
  func plainPages(_ own: [Int]) throws -> [[TIFFPlan.Plane]] {
    if own.count == 1, let planes = try structure.directory(at: own[0])?.0[33629]?.count, planes > 1 {
      return try pages(
        PageAxes(axes: [("I", planes)]), of: own[...], by: "MetaMorph") ?? []
    }
    var found: [[TIFFPlan.Plane]] = []
    var rest = own[...]
    while let place = rest.first {
      let array = try description(at: place).flatMap(ShapedDescription.init)
      let axes = try array.flatMap { $0.axes(planeSize: try planeSize(at: place)) } ?? PageAxes(axes: [])
      let directories = rest.prefix(array?.isTruncated == true ? 1 : axes.planeCount ?? .max)
      found += try pages(axes, of: directories, by: "tifffile") ?? []
      rest = rest.dropFirst(directories.count)
    }
    return found
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
