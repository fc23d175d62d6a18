import UNetFiles

/// The numbers of a page as they stand in the file, uncompressed, row after row.
struct PlainBlocks: SampleBlocks {
  let file: FileReader
  let page: SampleLayout
  /// Where the page begins in the file.
  let place: Int

  func check(_ plane: Int) throws {
    guard place + (plane + 1) * page.height * page.rowBytes <= file.size else {
      throw PageError(problem: "is damaged: it ends too early")
    }
  }

  func read(
    _ plane: Int, into target: UnsafeMutableRawBufferPointer?, _ take: (SampleAssembly.Block) throws -> Void
  ) throws {
    let row = page.rowBytes
    let start = place + plane * page.height * row
    // About a megabyte at a time.
    for top in stride(from: 0, to: page.height, by: max(1, (1 << 20) / row)) {
      let rows = top..<min(page.height, top + max(1, (1 << 20) / row))
      let bytes = try file.bytes(at: start + top * row, count: rows.count * row)
      guard bytes.count == rows.count * row else {
        throw PageError(problem: "is damaged: it ends too early")
      }
      try bytes.withUnsafeBytes { bytes in
        guard let first = bytes.baseAddress else { return }
        guard let target else {
          return try take(.init(rows: rows, columns: 0..<page.width, bytes: first, rowBytes: row))
        }
        target.baseAddress?.advanced(by: top * row).copyMemory(from: first, byteCount: bytes.count)
      }
    }
  }
}
