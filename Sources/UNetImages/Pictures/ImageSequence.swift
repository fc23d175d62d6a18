import UNetFiles

/// A picture and where it comes from: an `Image` or a `LabelImage`.
package struct Page<Picture: Sendable>: Sendable {
  /// The file's name without folder and ending.
  package let name: String
  /// The file's path.
  package let file: String
  /// The page in the file, from 0.
  package let number: Int
  /// The last number in the file's name, such as 7 of `t007.tif`; nil unless the file is one of a sequence.
  package let index: Int?
  /// The picture.
  package let image: Picture
}

/// Pictures named by one path: a file with all its pages, a glob such as `frames/*.tif`, or a folder.
package struct ImageSequence {
  /// Every page of every file, files in natural order (`t2` before `t10`).
  package static func read(_ pattern: String, isLabels: Bool = false) throws -> [Page<Image>] {
    let found = try found(pattern)
    return try found.files.flatMap { try pages(of: $0, isSequence: found.isSequence, isLabels: isLabels) }
  }

  /// Every page of every label file, files in natural order.
  package static func readLabels(_ pattern: String) throws -> [Page<LabelImage>] {
    let found = try found(pattern)
    return try found.files.flatMap { try labels(of: $0, isSequence: found.isSequence) }
  }

  /// The pages of one file.
  ///
  /// - `isSequence`: the file is one of a sequence, numbered by its name.
  /// - `isLabels`: the values are numbers of classes or cells, which no format may have changed.
  package static func pages(of file: String, isSequence: Bool = false, isLabels: Bool = false) throws
    -> [Page<Image>]
  {
    let images = try ImageFile.read(file, isLabels: isLabels)
    return images.enumerated().map { page(of: file, $0, isSequence: isSequence, $1) }
  }

  /// The pages of one label file.
  ///
  /// - `isSequence`: the file is one of a sequence, numbered by its name.
  package static func labels(of file: String, isSequence: Bool = false) throws -> [Page<LabelImage>] {
    let pages = try PageFile(file)
    pages.splitPlanes()
    return try labels(of: pages, isSequence: isSequence)
  }

  /// The pages of an open label file, `isSequence` as above.
  package static func labels(of file: PageFile, isSequence: Bool = false) throws -> [Page<LabelImage>] {
    try (0..<file.count).map {
      page(of: file.path, $0, isSequence: isSequence, try file.page($0).labels(of: file.path, page: $0))
    }
  }

  private static func page<Picture>(
    of file: String, _ number: Int, isSequence: Bool, _ picture: Picture
  ) -> Page<Picture> {
    let name = Path.stem(file)
    return Page(
      name: name, file: file, number: number, index: isSequence ? lastNumber(name) : nil, image: picture)
  }
}
