import UNetFiles

/// Pictures in files.
public enum ImageFile {
  /// Every page of a file, whose format is told by its first bytes, not by its name; an alpha channel is dropped.
  ///
  /// - `isLabels`: the values are numbers of classes or cells, of which a format that is not exact makes others.
  /// - Throws: `DataError` that names the file, and the page where there are several; `FileError`.
  public static func read(_ path: String, isLabels: Bool = false) throws -> [Image] {
    let bytes = try FileReader.bytes(of: path)
    guard !bytes.isEmpty else { throw DataError(path, "is empty: give a \(formats) image") }
    guard let codec = codecs.first(where: { $0.matches(bytes) }) else {
      throw DataError(path, "is no \(formats) image: convert it to one of them")
    }
    guard codec.isExact || !isLabels else {
      throw DataError(
        path, "holds labels as \(codec.name), which changes their values: make them anew as \(labelFormats)")
    }
    let images = try codec.decode(bytes, of: path)
    for (page, image) in images.enumerated() { try requireFinite(image, page: page, of: path) }
    return images
  }

  /// How pages of a TIFF are compressed, none losing anything.
  public enum Compression: Sendable {
    /// Smaller, with a predictor for whole numbers.
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
    guard !images.isEmpty else { throw DataError(path, "cannot be written: there is no image to write") }
    let bytes = images.reduce(0) { $0 + PageLayout($1).bytes }
    let file = try writer(of: .init(count: images.count, bytes: bytes), to: path, compression: compression)
    for image in images { try file.write(image) }
    try file.close()
  }

  /// Begins a file of pages that are given rows after rows, in the format that the name's ending tells.
  /// - Throws: `DataError` where the format cannot hold so many; `FileError`.
  package static func writer(
    of pages: ExpectedPages, to path: String, compression: Compression = .deflate
  ) throws -> any PageWriter {
    let written = codecs.filter(\.isWritten)
    guard let codec = written.first(where: { $0.endings.contains(Path.ending(path)) }) else {
      let endings = alternatives(written.map { ".\($0.endings[0])" })
      throw DataError(path, "has no name of an image: end it in \(endings)")
    }
    return try codec.writer(of: pages, to: path, compression)
  }

  private static func requireFinite(_ image: Image, page: Int, of path: String) throws {
    guard image.format == .float32, let at = image.pixels.firstIndex(where: { !$0.isFinite }) else { return }
    let pixel = at / image.channels
    throw DataError(
      path,
      "has \(image.pixels[at].isNaN ? "NaN" : "an infinite value") in page \(page) at row \(pixel / image.width), "
        + "column \(pixel % image.width): give images of finite values")
  }
}
