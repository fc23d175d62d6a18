/// Pictures in files: TIFF and PNG.
package enum ImageFile {
  /// Every page of a TIFF, or the one picture of a PNG; which of them is told by the first bytes, not by the name.
  ///
  /// TIFF: 8 and 16 bit whole numbers and 32 bit floats, either byte order, any compression libtiff knows, strips or
  /// tiles, grey or RGB.  PNG: every kind; palettes become RGB, and 1, 2 and 4 bits are spread over 0...255.
  /// An alpha channel is dropped.  Throws a `DataError` that names the file, and the page where there are several.
  package static func read(_ path: String) throws -> [Image] {
    let bytes = try readBytes(path)
    guard !bytes.isEmpty else { throw DataError(path, "is empty: give a TIFF or PNG image") }
    let images: [Image]
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      images = [try decodePNG(bytes, of: path)]
    } else if bytes.starts(with: [0x49, 0x49]) || bytes.starts(with: [0x4D, 0x4D]) {
      images = try decodeTIFF(bytes, of: path)
    } else {
      throw DataError(path, "is neither a TIFF nor a PNG image: convert it to one of them")
    }
    for (page, image) in images.enumerated() { try requireFinite(image, page: page, of: path) }
    return images
  }

  /// How pages of a TIFF are compressed, none losing anything.
  package enum Compression: Sendable {
    /// Smaller, with a predictor for whole numbers.
    case deflate
    /// Read by the oldest programs.
    case lzw
  }

  /// Writes a stack of pages (`.tif`, `.tiff`) or one picture (`.png`: 8 or 16 bit, grey or RGB).
  ///
  /// Values are rounded and limited to what each image's format holds.  The file appears whole or not at all.
  package static func write(_ images: [Image], to path: String, compression: Compression = .deflate) throws {
    guard !images.isEmpty else { throw DataError(path, "cannot be written: there is no image to write") }
    let name = path.lowercased()
    if name.hasSuffix(".png") {
      guard images.count == 1 else {
        throw DataError(path, "takes one image, not \(images.count): name it .tif for a stack")
      }
      try encodePNG(images[0], to: path)
    } else if name.hasSuffix(".tif") || name.hasSuffix(".tiff") {
      try encodeTIFF(images, to: path, compression)
    } else {
      throw DataError(path, "has no name of an image: end it in .tif or .png")
    }
  }
}

private func requireFinite(_ image: Image, page: Int, of path: String) throws {
  guard image.format == .float32, let at = image.pixels.firstIndex(where: { !$0.isFinite }) else { return }
  let pixel = at / image.channels
  throw DataError(
    path,
    "has \(image.pixels[at].isNaN ? "NaN" : "an infinite value") in page \(page) at row \(pixel / image.width), "
      + "column \(pixel % image.width): give images of finite values")
}
