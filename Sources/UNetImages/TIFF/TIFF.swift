import CImageFiles
import UNetFiles

/// TIFF: whole numbers of 1 to 64 bits and floats of 16, 32 and 64, either byte order, any compression libtiff knows, strips
/// or tiles, grey, RGB, palettes and JPEG's colours, any number of pages.
struct TIFFCodec: ImageCodec {
  let name = "TIFF"
  // Behind the first two the names that microscopes and slide scanners give.
  let endings = ["tif", "tiff", "btf", "tf8", "lsm", "stk", "svs", "ndpi", "qptiff", "scn", "bif", "flex"]
  let isExact = true
  let isWritten = true

  func matches(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: Array("II".utf8)) || bytes.starts(with: Array("MM".utf8))
  }

  func open(_ file: FileReader) throws -> any PageSource { try TIFFFile(file) }
  func open(_ file: FileReader, _ spare: SparePlace?) throws -> any PageSource { try TIFFFile(file, spare) }

  /// What libtiff said last.
  static var complaint: String {
    // Some begin with the file's name, which libtiff is not told.
    let text = String(cString: tiffError()).drop { ": ".contains($0) }
    return text.isEmpty ? "it ends too early" : String(text)
  }
}
