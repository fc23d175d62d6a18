import UNetFiles

/// An open NPY array: `[H, W]`, `[H, W, C]`, `[N, H, W]` or `[N, H, W, C]`.
struct NPYFile: PageSource {
  let count: Int
  private let header: NPYHeader
  private let file: FileReader
  private let start: Int
  private let height, width, channels: Int
  private let spare: SparePlace?

  /// The array of this header, whose numbers begin at `start`.
  ///
  /// A last axis of at most four, of three or four, is that of channels: no picture is so narrow.
  init(_ header: NPYHeader, at start: Int, of file: FileReader, _ spare: SparePlace? = nil) throws {
    self.spare = spare
    (self.header, self.file, self.start) = (header, file, start)
    let shape = header.shape
    let hasChannels = shape.count == 4 || shape.count == 3 && shape[2] <= 4
    let sides = hasChannels ? Array(shape.dropLast()) : shape
    channels = hasChannels ? shape[shape.count - 1] : 1
    guard (2...3).contains(sides.count), !shape.contains(0) else {
      throw DataError(
        file.path,
        "is an array of shape (\(shape.map { "\($0)" }.joined(separator: ", "))): save images as [H, W] or [H, W, C], "
          + "stacks as [N, H, W] or [N, H, W, C]")
    }
    guard shape.count < 4 || shape[1] > 4 || shape[3] <= 4 else {
      throw DataError(
        file.path,
        "is an array of shape (\(shape.map { "\($0)" }.joined(separator: ", "))), whose channels seem to be the second axis: "
          + "save them as the last, [N, H, W, C]")
    }
    count = sides.count == 3 ? sides[0] : 1
    (height, width) = (sides[sides.count - 2], sides[sides.count - 1])
    try checkSize()
  }

  private func checkSize() throws {
    let needed = header.shape.reduce(header.type.bits / 8 as Int?) { total, side in
      guard let total else { return nil }
      let (product, overflow) = total.multipliedReportingOverflow(by: side)
      return overflow ? nil : product
    }
    guard let needed, needed <= file.size - start else {
      throw DataError(file.path, "is damaged: it ends too early")
    }
    guard needed == file.size - start else {
      throw DataError(file.path, "holds more than its header says: save one array in a file")
    }
  }

  func page(_ number: Int) throws -> StoredPage {
    let page = SampleLayout(
      height: height, width: width, samples: channels, type: header.type, kept: Array(0..<channels))
    let blocks: any SampleBlocks =
      header.isFortran
      ? FortranBlocks(file: file, page: page, place: start, pages: count, number: number)
      : PlainBlocks(file: file, page: page, place: start + number * height * page.rowBytes)
    let isSwapped = header.isBigEndian != (UInt16(1).bigEndian == 1)
    func read(_ disk: DiskRows?) throws -> StoredPage {
      let assembly = SampleAssembly(page: page, blocks: blocks, disk: disk)
      return StoredPage(
        height: height, width: width, channels: channels,
        samples: try header.type.samples(assembly, isSwapped: isSwapped), disk: disk,
        bits: header.type.bits, colours: channels == 3 ? .rgb : .grey, isExact: true)
    }
    guard let spare, !header.isFortran else { return try read(nil) }
    return try spare.page(page, read)
  }
}

/// A page of an array whose first axis changes fastest: its columns are far apart in the file.
private struct FortranBlocks: SampleBlocks {
  let file: FileReader
  let page: SampleLayout
  let place, pages, number: Int

  func check(_ plane: Int) throws {
    guard place + page.bytes * pages <= file.size else {
      throw PageError(problem: "is damaged: it ends too early")
    }
  }

  func read(
    _ plane: Int, into target: UnsafeMutableRawBufferPointer?, _ take: (SampleAssembly.Block) throws -> Void
  ) throws {
    let size = page.type.bits / 8
    var bytes = [UInt8](repeating: 0, count: page.height * page.rowBytes)
    // A column of a channel lies together: [N, H] numbers, N fastest.
    for channel in 0..<page.samples {
      for x in 0..<page.width {
        let start = place + (channel * page.width + x) * page.height * pages * size
        let column = try file.bytes(at: start, count: page.height * pages * size)
        guard column.count == page.height * pages * size else {
          throw PageError(problem: "is damaged: it ends too early")
        }
        for y in 0..<page.height {
          let from = (y * pages + number) * size
          let to = y * page.rowBytes + (x * page.samples + channel) * size
          for byte in 0..<size { bytes[to + byte] = column[from + byte] }
        }
      }
    }
    try bytes.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      guard let target else {
        return try take(
          .init(rows: 0..<page.height, columns: 0..<page.width, bytes: first, rowBytes: page.rowBytes))
      }
      target.copyMemory(from: bytes)
    }
  }
}
