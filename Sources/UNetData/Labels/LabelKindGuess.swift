import UNetImages

extension LabelKind {
  /// What the labels at `path` mean, told by their first page, where it can only be one thing: 16-bit numbers are
  /// instances; a single number beside 0 is cells between membranes.
  /// - Throws: `DataError` where they may be instances or classes, and the errors of reading.
  package static func guess(_ path: String) throws -> LabelKind {
    guard let file = try ImageSequence.files(path).first,
      let page = try ImageFile.read(file, isLabels: true).first
    else {
      throw DataError(path, "holds no labels")
    }
    guard page.format == .uint8 else { return .instances }
    guard Set(page.pixels).subtracting([0]).count > 1 else { return .membranes }
    throw DataError(
      file, "holds several numbers: say whether they mean instances, classes or membranes", choices: ["kind"])
  }
}
