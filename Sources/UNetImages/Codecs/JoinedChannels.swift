import UNetFiles

/// Files that hold a channel each, page by page.
struct JoinedChannels: PageSource {
  let files: [PageFile]

  /// - Throws: `DataError` where they have other pages than the first; `FileError`.
  init(_ paths: [String]) throws {
    files = try paths.map { try PageFile($0) }
    guard let other = files.first(where: { $0.count != files[0].count }) else { return }
    throw DataError(
      other.path, "has \(other.count) pages, \(files[0].path) \(files[0].count), of which it is a channel")
  }

  var count: Int { files[0].count }
  var stack: StackShape? { files[0].stack }
  func page(_ number: Int) throws -> StoredPage {
    try StoredPage(channels: files.map { try $0.page(number) })
  }
}
