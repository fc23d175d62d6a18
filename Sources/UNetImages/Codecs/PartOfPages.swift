/// The same part of every page of an image.
struct PartOfPages: PageSource {
  let source: any PageSource
  let region: ImageRegion
  /// Names errors.
  let path: String

  var count: Int { source.count }
  var stack: StackShape? { source.stack }
  var remark: String? { source.remark }
  var planeCount: Int? { source.planeCount }
  func splitPlanes() { source.splitPlanes() }
  func pixels(of number: Int) -> Int? { region.height * region.width }

  func page(_ number: Int) throws -> StoredPage {
    let page = try source.page(number)
    try region.requireWithin(path, height: page.height, width: page.width)
    return page.part(region)
  }
}

extension ImageRegion {
  /// - Throws: `DataError` of `path` where it ends beyond a picture of this size.
  func requireWithin(_ path: String, height: Int, width: Int) throws {
    guard rows.upperBound > height || columns.upperBound > width else { return }
    throw DataError(
      path,
      "has \(width)×\(height) pixels (width, height), and the part \(self) ends beyond them: choose another",
      choices: ["region"])
  }
}
