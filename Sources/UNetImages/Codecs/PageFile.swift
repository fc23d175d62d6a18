import UNetFiles

/// A file's pages, each read when it is asked for, without the others or the file being held.
package final class PageFile {
  /// The file.
  package let path: String
  private let source: any PageSource

  /// Opens a file, whose format is told by its first bytes, not by its name; or a folder of OME-Zarr.
  /// - Throws: `DataError` that names the file; `FileError`.
  package init(_ path: String) throws {
    (self.path, source) = (path, try Self.open(path))
  }

  private static func open(_ path: String, _ spare: SparePlace? = nil, _ view: SlideView = SlideView()) throws
    -> any PageSource
  {
    if OMEZarr.isImage(path) { return try OMEZarr(path, spare, view) }
    if try WholeSlide.reads(path, view) { return try WholeSlide(path, view, spare) }
    let file = try FileReader(path)
    let beginning = try file.bytes(at: 0, count: 16)
    guard !beginning.isEmpty else { throw DataError(path, "is empty: give a \(ImageFile.formats) image") }
    guard let codec = ImageFile.codecs.first(where: { $0.matches(beginning) }) else {
      throw DataError(path, "is no \(ImageFile.formats) image: convert it to one of them")
    }
    return try part(of: codec.open(file, spare), path, view)
  }

  private static func part(of source: any PageSource, _ path: String, _ view: SlideView) throws
    -> any PageSource
  {
    try view.region.map { try source.part($0, path) } ?? source
  }

  /// Opens a file, or several whose pages are channels of one image's, under the name of the first.
  /// - Throws: `DataError` that names a file; `FileError`.
  ///
  /// - `spare`: where pages that are large go in place of memory; nil: nowhere.
  /// - `view`: what is seen of it.
  package init(channels paths: [String], spare: SparePlace? = nil, view: SlideView = SlideView()) throws {
    path = paths[0]
    guard paths.count == 1 || view.level ?? 0 == 0 else {
      throw DataError(
        path, "is a file of one channel of several, and only pyramids have levels", choices: ["level"])
    }
    source =
      try paths.count == 1 ? Self.open(path, spare, view) : Self.part(of: JoinedChannels(paths), path, view)
  }

  /// The same part, in its own pixels, of every page of `file`.
  /// - Throws: `DataError` where it ends beyond them.
  package init(_ region: ImageRegion, of file: PageFile) throws {
    (path, source) = (file.path, try file.source.part(region, file.path))
  }

  /// The rows and columns of the first page.
  /// - Throws: `DataError`, `FileError`.
  package func size() throws -> (height: Int, width: Int) {
    let page = try page(0)
    return (page.height, page.width)
  }

  /// The rows and columns of each level of an OME-Zarr, the largest first; none of other images.
  /// - Throws: `DataError`, `FileError`.
  package static func levels(of path: String) throws -> [(height: Int, width: Int)] {
    OMEZarr.isImage(path) ? try OMEZarr(path).levels() : []
  }

  /// What a person should know of what is read of it; nil where there is nothing.
  package var remark: String? { source.remark }

  /// A single page of `file`, under its name.
  package init(page number: Int, of file: PageFile) {
    (path, source) = (file.path, SinglePage(number: number, source: file.source))
  }

  /// How many pages it has.
  package var count: Int { source.count }

  /// Whether `path` is an image that this program wrote.
  package static func isOwn(_ path: String) -> Bool { (try? PageFile(path))?.source.isOwn ?? false }

  /// How many pages there are if planes are pages that the file calls channels, as tifffile does where nobody says what
  /// axes an array has; nil where it has no such planes.
  package var planeCount: Int? { source.planeCount }

  /// Makes such planes pages, as they are for labels, which have no channels.
  package func splitPlanes() { source.splitPlanes() }

  /// The frames and slices that the pages are; nil where the file does not say so.
  package var stack: StackShape? { source.stack }

  /// Makes such planes of the labels of `images` pages, and those of the images where there are as many then, or as many
  /// as the labels have pages.  Where nothing else fits, labels keep channels that images have pages for.
  package static func matchPlanes(of images: [PageFile], to labels: PageFile) {
    for count in [labels.planeCount, labels.count].compactMap(\.self)
    where images.allSatisfy({ $0.count == count || $0.planeCount == count }) {
      for file in images + [labels] where file.count != count { file.splitPlanes() }
      return
    }
    labels.splitPlanes()
  }

  /// A page, counted from 0.
  /// - Throws: `DataError` that names the file and the page.
  package func page(_ number: Int) throws -> StoredPage {
    do {
      let page = try source.page(number)
      try requireFinite(page, number)
      return page
    } catch let error as PageError {
      throw DataError(path, "page \(number): \(error.problem)")
    }
  }

  /// The labels of all pages.
  /// - Throws: `DataError` that names the file and the page.
  package func labels() throws -> [LabelImage] {
    try (0..<count).map { try page($0).labels(of: path, page: $0) }
  }

  /// The labels of all pages of a file, planes being pages.
  /// - Throws: `DataError`, `FileError`.
  package static func labels(of path: String) throws -> [LabelImage] {
    let file = try PageFile(path)
    file.splitPlanes()
    return try file.labels()
  }

  /// The pixels of all pages; those of which that is not known count as `page` has them.
  package func pixels(like page: StoredPage) -> Int {
    // No more than any disk holds, whatever a file says.
    (0..<count).reduce(0) { min($0 + (source.pixels(of: $1) ?? page.height * page.width), 1 << 50) }
  }

  /// The pixels of all pages as far as that is known before any is read; nil where nothing is.
  package var knownPixels: Int? {
    let known = (0..<count).compactMap { source.pixels(of: $0) }
    return known.isEmpty ? nil : known.reduce(0) { min($0 + $1, 1 << 50) }
  }

  /// Whether every page of which that is known has as many pixels as `page`.
  package func areAll(like page: StoredPage) -> Bool {
    (0..<count).allSatisfy { source.pixels(of: $0).map { $0 == page.height * page.width } ?? true }
  }

  /// NaN and infinity, also of doubles that no `Float` holds, are no values of images.
  private func requireFinite(_ page: StoredPage, _ number: Int) throws {
    let found = try page.disk.map(\.notFinite) ?? page.samples.given(to: Finiteness())
    guard let (at, isNaN) = found else { return }
    let pixel = at / page.channels
    throw DataError(
      path,
      "has \(isNaN ? "NaN" : "an infinite value") in page \(number) at row \(pixel / page.width), "
        + "column \(pixel % page.width): give images of finite values")
  }
}

/// A folder for the numbers of pages that memory shall not hold.
package struct SparePlace: Sendable {
  /// A path in the folder, which errors name.
  let path: String
  /// The bytes of the smallest page that goes there.
  let least: Int

  /// In the folder of `path`, for pages of 256 MiB and more.
  package init(for path: String, least: Int = 256 << 20) { (self.path, self.least) = (path, least) }

  /// The page that `read` makes: with its numbers on the disk where there is room there for a page that is large, else in memory.
  func page(_ layout: SampleLayout, blocks rows: Int = 1, _ read: (DiskRows?) throws -> StoredPage) throws
    -> StoredPage
  {
    do {
      if let disk = try self.rows(layout, blocks: rows) { return try read(disk) }
    } catch let error as FileError where error.action == .write {}
    return try read(nil)
  }

  /// Room for a page of one plane, where it is large and not a single block or a few of so many rows; nil where memory holds it.
  /// - Throws: `FileError`.
  private func rows(_ page: SampleLayout, blocks rows: Int) throws -> DiskRows? {
    // Numbers of 3 bits take a byte in memory, of 9 two; halves become floats.
    let size =
      page.type.kind == .float
      ? max(4, page.type.bits / 8) : page.type.bits <= 8 ? 1 : page.type.bits <= 16 ? 2 : page.type.bits / 8
    let row = page.width * page.kept.count * size
    guard page.planes == 1, page.height * row >= least,
      least == 0 || min(rows, page.height) * row <= least / 4
    else { return nil }
    return try DiskRows(for: path, rows: page.height, rowBytes: row)
  }
}

/// A page of a file as a file of its own.
private struct SinglePage: PageSource {
  let number: Int
  let source: any PageSource
  var count: Int { 1 }
  func page(_ number: Int) throws -> StoredPage { try source.page(self.number) }
  func pixels(of number: Int) -> Int? { source.pixels(of: self.number) }
}

private struct Finiteness: SampleWork {
  func result<Value: StoredSample>(of values: [Value]) -> (Int, isNaN: Bool)? {
    guard Value.zero is any FloatingPoint, let at = values.firstIndex(where: { !$0.float.isFinite }) else {
      return nil
    }
    return (at, values[at].float.isNaN)
  }
}
