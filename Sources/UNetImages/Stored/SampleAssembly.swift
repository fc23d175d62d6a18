import UNetNumerics

/// How the numbers of a page are stored.
struct SampleLayout {
  let height, width: Int
  /// Numbers of a pixel in the file.
  let samples: Int
  let type: SampleType
  /// 1, or a plane for each sample.
  var planes = 1
  /// The samples that are no alpha.
  var kept: [Int]

  /// Bits of a pixel in one plane.
  var pixelBits: Int { samples / planes * type.bits }
  /// Bytes of a row in one plane.
  var rowBytes: Int { (width * pixelBits + 7) / 8 }
  /// Bytes of the page.
  var bytes: Int { height * rowBytes * planes }
}

/// The blocks that hold a page, such as strips and tiles.
protocol SampleBlocks {
  /// Makes sure, before memory is asked for, that the file can hold the blocks of a plane: headers lie.
  /// - Throws: `PageError`.
  func check(_ plane: Int) throws
  /// Gives the blocks of a plane to `take`; or, where they are whole rows, copies them to `target` instead if there is one.
  /// - Throws: `PageError` where they are not all there.
  func read(
    _ plane: Int, into target: UnsafeMutableRawBufferPointer?, _ take: (SampleAssembly.Block) throws -> Void)
    throws
}

/// Puts the numbers of a page together, `[H, W, C]`, of the blocks that hold them.
struct SampleAssembly {
  /// Numbers of some pixels, row after row.
  struct Block {
    let rows: Range<Int>, columns: Range<Int>
    let bytes: UnsafeRawPointer
    let rowBytes: Int
  }

  let page: SampleLayout
  let blocks: any SampleBlocks
  /// Where the numbers go in place of memory.
  var disk: DiskRows?

  /// All numbers of the page but those of alpha; none where they went to the disk.
  /// - Throws: `PageError` where they are not all there; `FileError`.
  func numbers<Reader: SampleReader>(_ reader: Reader) throws -> [Reader.Value] {
    let count = page.height * page.width * page.kept.count
    for plane in planes { try blocks.check(plane) }
    if let disk {
      try write(reader, to: disk)
      return []
    }
    try requireMemory(count * MemoryLayout<Reader.Value>.size)
    return try [Reader.Value](unsafeUninitializedCapacity: count) { numbers, filled in
      for plane in planes { try fill(numbers, plane, reader) }
      filled = count
    }
  }

  /// Writes the numbers of a page of one plane, a row of blocks after the other.
  private func write<Reader: SampleReader>(_ reader: Reader, to disk: DiskRows) throws {
    let row = page.width * page.kept.count
    var (rows, numbers) = (0..<0, [Reader.Value]())
    try blocks.read(0, into: nil) { block in
      if block.rows != rows {
        try Cancellation.check()
        if !rows.isEmpty { try disk.write(numbers[...], top: rows.lowerBound) }
        rows = block.rows
        if numbers.count != rows.count * row {
          try requireMemory(rows.count * row * MemoryLayout<Reader.Value>.size)
          numbers = [Reader.Value](repeating: .zero, count: rows.count * row)
        }
      }
      numbers.withUnsafeMutableBufferPointer { numbers in
        for y in block.rows {
          spread(
            block.bytes + (y - block.rows.lowerBound) * block.rowBytes, to: numbers,
            from: (y - rows.lowerBound) * row + block.columns.lowerBound * page.kept.count,
            pixels: block.columns.count, 0, reader)
        }
      }
    }
    if !rows.isEmpty { try disk.write(numbers[...], top: rows.lowerBound) }
  }

  private var planes: [Int] { (0..<page.planes).filter { page.planes == 1 || page.kept.contains($0) } }

  private func fill<Reader: SampleReader>(
    _ numbers: UnsafeMutableBufferPointer<Reader.Value>, _ plane: Int, _ reader: Reader
  ) throws {
    let stored = page.planes == 1 ? page.samples : 1
    let isWhole = reader.isPlain && stored == page.kept.count
    let target = UnsafeMutableRawBufferPointer(numbers)
    try blocks.read(plane, into: isWhole ? target : nil) { block in
      for y in block.rows {
        let row = block.bytes + (y - block.rows.lowerBound) * block.rowBytes
        let first = (y * page.width + block.columns.lowerBound) * page.kept.count
        if isWhole {
          let size = block.columns.count * stored * MemoryLayout<Reader.Value>.size
          target.baseAddress?.advanced(by: first * MemoryLayout<Reader.Value>.size)
            .copyMemory(from: row, byteCount: size)
          continue
        }
        spread(row, to: numbers, from: first, pixels: block.columns.count, plane, reader)
      }
    }
  }

  /// Numbers of a row of pixels, those of alpha left out.
  @inline(__always)
  private func spread<Reader: SampleReader>(
    _ row: UnsafeRawPointer, to numbers: UnsafeMutableBufferPointer<Reader.Value>, from first: Int,
    pixels: Int,
    _ plane: Int, _ reader: Reader
  ) {
    let channels = page.kept.count
    guard page.planes == 1 else {
      let channel = page.kept.firstIndex(of: plane) ?? 0
      for x in 0..<pixels { numbers[first + x * channels + channel] = reader.value(row, x) }
      return
    }
    for (channel, sample) in page.kept.enumerated() {
      for x in 0..<pixels {
        numbers[first + x * channels + channel] = reader.value(row, x * page.samples + sample)
      }
    }
  }
}
