import UNetFiles

/// A file's pages, each read when it is asked for, without the others or the file being held.
package final class PageFile {
  /// The file.
  package let path: String
  private let pages: [StoredPage]

  /// Opens a file, whose format is told by its first bytes, not by its name.
  /// - Throws: `DataError` that names the file; `FileError`.
  package init(_ path: String, areLabels: Bool = false) throws {
    self.path = path
    pages = try ImageFile.read(path, isLabels: areLabels).map(StoredPage.init)
  }

  /// How many pages it has.
  package var count: Int { pages.count }

  /// A page, counted from 0.
  /// - Throws: `DataError` that names the file and the page.
  package func page(_ number: Int) throws -> StoredPage { pages[number] }
}

extension StoredPage {
  fileprivate init(_ image: Image) {
    let samples: Samples =
      switch image.format {
      case .uint8: .uint8(image.pixels.map { UInt8($0) })
      case .uint16: .uint16(image.pixels.map { UInt16($0) })
      case .float32: .float(image.pixels)
      }
    self.init(
      height: image.height, width: image.width, channels: image.channels, samples: samples,
      bits: image.format.bits, colours: image.channels == 3 ? .rgb : .grey)
  }
}
