import UNetFiles

/// Files that hold a channel each, page by page.
struct JoinedChannels: PageSource {
  let files: [PageFile]

  /// - Throws: `DataError` where one is missing or has other pages than the first; `FileError`.
  init(_ paths: [String]) throws {
    let names = paths.filter { Files.kind($0) != nil }.map(Path.name).joined(separator: ", ")
    if let missing = paths.first(where: { Files.kind($0) == nil }) {
      throw DataError(
        missing,
        "is missing: an image has \(paths.count) channels here, a file each; add it, or remove \(names)")
    }
    files = try paths.map { try PageFile($0) }
    guard let other = files.first(where: { $0.count != files[0].count }) else { return }
    throw DataError(
      other.path,
      "has \(other.count) \(other.count == 1 ? "page" : "pages"), \(files[0].path) \(files[0].count), of which it is a "
        + "channel: give every channel of an image as many pages")
  }

  var count: Int { files[0].count }
  var stack: StackShape? { files[0].stack }
  var planeCount: Int? {
    let counts = Set(files.map(\.planeCount))
    return counts.count == 1 ? counts.first ?? nil : nil
  }
  func splitPlanes() { for file in files { file.splitPlanes() } }

  func page(_ number: Int) throws -> StoredPage {
    let pages = try files.map { try $0.page(number) }
    for (file, page) in zip(files, pages) where (page.height, page.width) != (pages[0].height, pages[0].width)
    {
      throw DataError(
        file.path,
        "is \(page.height)×\(page.width) in page \(number), \(files[0].path) \(pages[0].height)×\(pages[0].width), of "
          + "which it is a channel: give channels of one size")
    }
    let areAlike = pages.allSatisfy { $0.inversion == pages[0].inversion && $0.inversion != nil }
    // Of one type they stay so.
    if areAlike, let page = try? StoredPage(channels: pages) { return page }
    return try StoredPage(channels: pages.map(\.asFloats))
  }
}

extension StoredPage {
  /// The bits of the number that is black where 0 is white, 0 where 0 is black; nil where numbers are those of a palette.
  fileprivate var inversion: Int? {
    if case .palette = colours { return nil }
    return colours == .whiteIsZero ? bits : 0
  }

  /// The values that it has as an image.
  fileprivate var asFloats: StoredPage {
    var page = StoredPage(
      height: height, width: width, channels: imageChannels, samples: .float(values(rows: 0..<height)),
      bits: 32,
      isExact: isExact)
    page.metadata = metadata
    return page
  }
}
