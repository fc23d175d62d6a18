import UNetFiles

/// A format of image files: a type in a file of its own and its line in `ImageFile.codecs`.
package protocol ImageCodec: Sendable {
  /// As messages and the command's help call it, such as `TIFF`.
  var name: String { get }
  /// Endings of file names in small letters, the usual one first.
  var endings: [String] { get }
  /// Whether every value is kept: labels are read from such files alone.
  var isExact: Bool { get }
  /// Whether it is written as well as read.
  var isWritten: Bool { get }
  /// Whether a file that begins with `bytes` is of this format.
  func matches(_ bytes: [UInt8]) -> Bool
  /// The pages of a file.
  /// - Throws: `DataError` that names it; `FileError`.
  func open(_ file: FileReader) throws -> any PageSource
  /// The same, large pages in `spare` where that is given and the format can.
  func open(_ file: FileReader, _ spare: SparePlace?) throws -> any PageSource
  /// Begins a file of these pages, where the format is written.
  /// - Throws: `DataError` where the format cannot hold so many, `FileError`.
  func writer(of pages: ExpectedPages, to file: PartialFile, _ compression: ImageFile.Compression) throws
    -> any PageWriter
}

/// An open file, whose pages are read one at a time.
package protocol PageSource {
  var count: Int { get }
  /// - Throws: `PageError`, which says what is wrong with the page; `DataError`; `FileError`.
  func page(_ number: Int) throws -> StoredPage
  /// The pixels of a page, if that is known without reading it.
  func pixels(of number: Int) -> Int?
  /// Whether this program wrote the file.
  var isOwn: Bool { get }
  /// The number of pages if planes are pages that its writer may have called channels for want of a name; nil where
  /// there are none.
  var planeCount: Int? { get }
  /// Makes such planes pages.
  func splitPlanes()
  /// The frames and slices that the pages are; nil where the file does not say so.
  var stack: StackShape? { get }
  /// What a person should know of what is read.
  var remark: String? { get }
  /// The same part of every page, `path` being the file's; with its reading, where that can be less.
  func part(_ region: ImageRegion, _ path: String) throws -> any PageSource
}

extension ImageCodec {
  /// All pages in memory.
  package func open(_ file: FileReader, _ spare: SparePlace?) throws -> any PageSource { try open(file) }
}

extension PageSource {
  /// Not known.
  package func pixels(of number: Int) -> Int? { nil }
  package var isOwn: Bool { false }
  /// There are none.
  package var planeCount: Int? { nil }
  package func splitPlanes() {}
  package var stack: StackShape? { nil }
  package var remark: String? { nil }
  /// Cut out of each page.
  package func part(_ region: ImageRegion, _ path: String) throws -> any PageSource {
    PartOfPages(source: self, region: region, path: path)
  }
}

/// What is wrong with a page of a file.
package struct PageError: Error {
  let problem: String
}

extension ImageFile {
  /// Every format that is read, in the order in which messages name them.
  package static let codecs: [any ImageCodec] = [TIFFCodec()] + PictureCodec.all + [NPYCodec()]

  /// The formats for messages and help: `TIFF or PNG`.
  package static var formats: String { alternatives(codecs.map(\.name)) }

  /// Those that keep every value, of which labels are read: `TIFF or PNG`.
  package static var labelFormats: String { alternatives(codecs.filter(\.isExact).map(\.name)) }

  /// Whether the name of a file is that of an image.
  package static func isNamed(_ path: String) -> Bool {
    codecs.contains { $0.endings.contains(Path.ending(path)) } || Path.ending(path) == "zarr"
      || WholeSlide.endings.contains(Path.ending(path))
  }

  /// Whether a folder is an image, of OME-Zarr.
  package static func isFolder(_ path: String) -> Bool { OMEZarr.isImage(path) }

  /// `TIFF, PNG or JPEG`.
  static func alternatives(_ words: [String]) -> String {
    ((words.count > 1 ? [words.dropLast().joined(separator: ", ")] : []) + words.suffix(1)).joined(
      separator: " or ")
  }
}
