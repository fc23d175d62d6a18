import UNetFiles

/// A picture and where it comes from.
package struct Page: Sendable {
  /// The file's name without folder and ending.
  package let name: String
  /// The file's path.
  package let file: String
  /// The page in the file, from 0.
  package let number: Int
  /// The last number in the file's name, such as 7 of `t007.tif`; nil unless the file is one of a sequence.
  package let index: Int?
  /// The picture.
  package let image: Image
}

/// Pictures named by one path: a file with all its pages, a glob such as `frames/*.tif`, or a folder.
package struct ImageSequence {
  /// Every page of every file, files in natural order (`t2` before `t10`).
  package static func read(_ pattern: String, isLabels: Bool = false) throws -> [Page] {
    let (files, isSequence) = try found(pattern)
    return try files.flatMap { try pages(of: $0, isSequence: isSequence, isLabels: isLabels) }
  }

  /// The files that `pattern` names, in natural order.
  package static func files(_ pattern: String) throws -> [String] { try found(pattern).files }

  /// The files, and whether they were named together by a folder or a glob.
  package static func found(_ pattern: String) throws -> (files: [String], isSequence: Bool) {
    if Files.isFolder(pattern) { return (try inFolder(pattern), true) }
    if Files.exists(pattern) { return ([pattern], false) }
    guard pattern.contains(where: { "*?[".contains($0) }) else {
      throw DataError(pattern, "does not exist: check the name")
    }
    let files = Files.matching(pattern).filter { !Files.isFolder($0) }
    guard !files.isEmpty else { throw DataError(pattern, "matches no file: check the pattern") }
    return (files.sorted(by: precedes), true)
  }

  /// The pages of one file.
  ///
  /// - `isSequence`: the file is one of a sequence, numbered by its name.
  /// - `isLabels`: the values are numbers of classes or cells, which no format may have changed.
  package static func pages(of file: String, isSequence: Bool = false, isLabels: Bool = false) throws
    -> [Page]
  {
    let name = Path.stem(file)
    return try ImageFile.read(file, isLabels: isLabels).enumerated().map { number, image in
      Page(name: name, file: file, number: number, index: isSequence ? lastNumber(name) : nil, image: image)
    }
  }

  private static func inFolder(_ folder: String) throws -> [String] {
    let images = try Files.names(in: folder).filter { !$0.hasPrefix(".") && ImageFile.isNamed($0) }
    let files = images.map { Path.join(folder, $0) }.filter { !Files.isFolder($0) }
    guard !files.isEmpty else {
      throw DataError(folder, "holds no \(ImageFile.formats) image: give another folder")
    }
    return files.sorted(by: precedes)
  }
}
