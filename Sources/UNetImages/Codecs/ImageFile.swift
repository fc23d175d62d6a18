import UNetFiles

/// Pictures in files.
public enum ImageFile {
  /// Every page of a file, whose format is told by its first bytes, not by its name; an alpha channel is dropped.
  ///
  /// - `isLabels`: the values are numbers of classes or cells, given exactly: numbers of a palette's colours are labels
  ///   themselves, nothing is inverted, and channels that are all equal are one.
  /// - Throws: `DataError` that names the file, and the page where there are several; `FileError`.
  public static func read(_ path: String, isLabels: Bool = false) throws -> [Image] {
    let file = try PageFile(path)
    if isLabels { file.splitPlanes() }
    return try (0..<file.count).map { number in
      let page = try file.page(number)
      return isLabels ? Image(try page.labels(of: path, page: number), of: page) : page.image()
    }
  }

  /// How pages of a TIFF are compressed, none losing anything.
  public enum Compression: Sendable {
    /// Smaller.
    case deflate
    /// Read by the oldest programs.
    case lzw
  }

  /// Writes a stack of pages or one picture, in the format that the name's ending tells; pages that may not fit a TIFF
  /// of 4 GiB as a BigTIFF.
  ///
  /// Values are rounded and limited to what each image's format holds.  The file appears whole or not at all.
  /// - Throws: `DataError` where the format cannot hold the images; `FileError`.
  public static func write(_ images: [Image], to path: String, compression: Compression = .deflate) throws {
    try write(images, to: path, replacing: true, compression: compression)
  }

  /// The same, where a file that is there may stay.
  /// - Throws: `DataError`, `FileError`; `OutputError` for a file that is there and may not be replaced.
  package static func write(
    _ images: [Image], to path: String, replacing: Bool, compression: Compression = .deflate
  ) throws {
    guard !images.isEmpty else { throw DataError(path, "cannot be written: there is no image to write") }
    let bytes = images.reduce(0) { $0 + PageLayout($1).bytes }
    let file = try writer(
      of: .init(count: images.count, bytes: bytes), to: path, replacing: replacing, compression: compression)
    for image in images { try file.write(image) }
    try file.close()
  }

  /// One picture with what its page said of itself, such as the size of a pixel, written but for its name, which it gets by
  /// `close`.
  /// - Throws: `DataError`, `FileError`.
  package static func begun(_ image: Image, _ metadata: PageMetadata, to path: String) throws
    -> any PageWriter
  {
    let file = try writer(of: .init(count: 1, bytes: PageLayout(image).bytes), to: path)
    try file.write(image, metadata)
    return file
  }

  /// Begins a file of pages that are given rows after rows, in the format that the name's ending tells.
  /// - Throws: `DataError` where the format cannot hold so many; `FileError`.
  package static func writer(
    of pages: ExpectedPages, to path: String, replacing: Bool = true, compression: Compression = .deflate
  ) throws -> any PageWriter {
    let written = codecs.filter(\.isWritten)
    guard let codec = written.first(where: { $0.endings.contains(Path.ending(path)) }) else {
      let endings = alternatives(written.map { ".\($0.endings[0])" })
      throw DataError(path, "has no name of an image: end it in \(endings)")
    }
    return try codec.writer(of: pages, to: PartialFile(path, replaces: replacing), compression)
  }
}

extension Image {
  /// The labels of a page as values, in the format of the page where it has one.
  fileprivate init(_ labels: LabelImage, of page: StoredPage) {
    let isLarge = labels.numbers.contains { $0 > 65535 }
    let isSmall = if case .uint8 = page.samples { true } else { false }
    self.init(
      height: labels.height, width: labels.width, format: isSmall ? .uint8 : isLarge ? .float32 : .uint16,
      pixels: labels.numbers.map { Float($0) })
  }
}
