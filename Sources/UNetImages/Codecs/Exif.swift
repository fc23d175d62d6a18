import CImageFiles

/// What a camera says of a picture, in the form of a TIFF's directory (Exif 2.3, section 4.6).
struct Exif {
  /// Where the first row and column belong (`StoredPage.upright`); 1 where nothing is said.
  private(set) var orientation = 1

  /// Bytes that begin as a TIFF does; others say nothing.
  init(_ bytes: UnsafeRawBufferPointer) throws {
    let bytes = Array(bytes)
    let structure = try TIFFStructure { place, count in
      guard place < bytes.count else { return [] }
      return Array(bytes[place..<place + min(count, bytes.count - place)])
    }
    guard let structure, let directory = try structure.directories().all.first else { return }
    orientation = try structure.number(directory[TIFFTAG_ORIENTATION]) ?? 1
  }
}
