import CImageFiles
import UNetFiles

/// A file of a single picture being written by a C library, rows after rows.
final class PictureWriter: PageWriter {
  private let file: PartialFile
  private let writing: PictureWriting
  private let output: UnsafeMutablePointer<PictureOutput>
  private var rowBytes = 0

  /// Begins `file`.
  init(_ file: PartialFile, _ writing: PictureWriting) throws {
    (self.file, self.writing) = (file, writing)
    output = .allocate(capacity: 1)
    output.initialize(to: PictureOutput())
    output.pointee.descriptor = file.descriptor
  }

  deinit {
    writing.discard(output)
    output.deallocate()
  }

  func begin(_ page: PageLayout) throws {
    guard page.bits <= 16, page.channels == 1 || page.channels == 3 else {
      let what =
        page.samples == .float32 ? "floats" : page.bits > 16 ? "32 bits a value" : "\(page.channels) channels"
      throw DataError(file.path, "cannot hold \(what): name it .tif")
    }
    (output.pointee.height, output.pointee.width) = (UInt32(page.height), UInt32(page.width))
    (output.pointee.channels, output.pointee.bits) = (Int32(page.channels), Int32(page.bits))
    if let (x, y) = page.metadata.pixelsPerMetre {
      (output.pointee.pixelsPerMetreX, output.pointee.pixelsPerMetreY) = (rounded(x), rounded(y))
    }
    rowBytes = page.rowBytes
    try require(writing.begin(output))
  }

  func write(_ rows: UnsafeRawBufferPointer) throws {
    guard rowBytes > 0 else { return }
    let bytes = rows.bindMemory(to: UInt8.self)
    try require(writing.rows(output, bytes.baseAddress, UInt32(rows.count / rowBytes)))
  }

  func endPage() throws { try require(writing.end(output)) }

  func close() throws { try file.commit() }

  /// A number of pixels as PNG holds it; 0, not known, where it does not.
  private func rounded(_ pixels: Double) -> UInt32 {
    pixels >= 0.5 && pixels < Double(Int32.max) ? UInt32(pixels.rounded()) : 0
  }

  private func require(_ success: Int32) throws {
    guard success != 1 else { return }
    let code = output.pointee.error
    guard code == 0 else { throw FileError(.write, file.path, code: code) }
    let message = withUnsafeBytes(of: &output.pointee.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    throw DataError(file.path, "cannot be written: \(message)")
  }
}
