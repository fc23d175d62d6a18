import Foundation

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

  /// A page of `file`.
  package init(name: String, file: String, number: Int, index: Int?, image: Image) {
    (self.name, self.file, self.number) = (name, file, number)
    (self.index, self.image) = (index, image)
  }
}

/// Pictures named by one path: a file with all its pages, a glob such as `frames/*.tif`, or a folder.
package struct ImageSequence {
  /// Every page of every file, files in natural order (`t2` before `t10`).
  package static func read(_ pattern: String) throws -> [Page] {
    let (files, isSequence) = try found(pattern)
    return try files.flatMap { try pages($0, isSequence: isSequence) }
  }

  /// Every page, all of one size: what a stack needs.
  package static func readStack(_ pattern: String) throws -> [Page] {
    let pages = try read(pattern)
    for page in pages where page.image.size != pages[0].image.size {
      throw DataError(
        page.file,
        "page \(page.number) is \(page.image.size), \(pages[0].file) page \(pages[0].number) \(pages[0].image.size): "
          + "give pages of one size")
    }
    return pages
  }

  /// The files that `pattern` names, in natural order.
  package static func files(_ pattern: String) throws -> [String] { try found(pattern).files }

  /// The files, and whether they were named together by a folder or a glob.
  package static func found(_ pattern: String) throws -> (files: [String], isSequence: Bool) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: pattern, isDirectory: &isFolder) {
      return isFolder.boolValue ? (try inFolder(pattern), true) : ([pattern], false)
    }
    guard pattern.contains(where: { "*?[".contains($0) }) else { throw DataError(pattern, "does not exist") }
    let files = matches(pattern).filter { isFile($0) }
    guard !files.isEmpty else { throw DataError(pattern, "matches no file") }
    return (files.sorted(by: precedes), true)
  }

  /// The pages of one file.
  package static func pages(_ file: String, isSequence: Bool) throws -> [Page] {
    let name = stem(file)
    return try ImageFile.read(file).enumerated().map { number, image in
      Page(name: name, file: file, number: number, index: isSequence ? lastNumber(name) : nil, image: image)
    }
  }

  private static func inFolder(_ folder: String) throws -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw DataError(folder, "cannot be read: check its permissions")
    }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    let images = names.filter { name in
      !name.hasPrefix(".") && [".tif", ".tiff", ".png"].contains { name.lowercased().hasSuffix($0) }
    }
    let files = images.map { prefix + $0 }.filter { isFile($0) }
    guard !files.isEmpty else { throw DataError(folder, "holds no TIFF or PNG image") }
    return files.sorted(by: precedes)
  }

  private static func matches(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }

  private static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }
}
