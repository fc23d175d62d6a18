import UNetFiles
import UNetImages
import UNetPrediction
import UNetRuntime
import UNetWork

// What is made of the chunks: smaller levels, and files.
extension ChunkedSegmentation {
  /// Makes the levels of all results.
  /// - Throws: `DataError`, `FileError`, `Interrupted`.
  func reduce() throws {
    for (at, result) in results.enumerated() where result.path != nil {
      for number in 1..<result.pyramid.levels.count {
        let level = result.pyramid.levels[number]
        func place(_ part: Int) -> (plane: [Int], chunk: Int) {
          let (plane, chunk) = part.quotientAndRemainder(dividingBy: level.count)
          let (page, channel) = plane.quotientAndRemainder(dividingBy: result.channels)
          return (result.full(plan.plane(of: page), channel), chunk)
        }
        try work.share(
          plan.pages.count * result.channels * level.count, of: .level(number, result: at),
          isDone: { part in
            let (plane, chunk) = place(part)
            return level.has(plane, chunk)
          },
          { part in
            let (plane, chunk) = place(part)
            try result.reduce(to: number, plane, chunk)
          })
      }
    }
  }

  /// Reads the chunks of results that stay as they are: a disk may have cut one that nothing else has read.
  /// - Throws: `DataError`, `FileError`, `Interrupted`.
  func checkChunks() throws {
    for result in results where !result.isFile && result.path != nil {
      for level in result.pyramid.levels {
        let reader = try ChunkedReader(level, keeping: 1)
        for page in 0..<plan.pages.count {
          for channel in 0..<result.channels {
            guard !observer.isCancelled() else { throw Interrupted() }
            let plane = result.full(plan.plane(of: page), channel)
            for chunk in 0..<level.count { try reader.check(chunk, plane) }
          }
        }
      }
    }
  }

  /// Writes the files of all results that are files.
  /// - Throws: `DataError`, `FileError`, `Interrupted`.
  func assemble() throws {
    let files = results.filter { $0.isFile && $0.path != nil }
    try work.share(files.count, of: .files, isDone: { Files.exists(files[$0].waiting) }) {
      try writePyramid(files[$0])
    }
  }

  /// Writes a TIFF of what was made chunk by chunk.
  private func writePyramid(_ result: ChunkedResult) throws {
    let largest = result.pyramid.levels[0]
    // No larger than a level, which OpenSlide 3 cannot read.
    let tile = max(16, min(512, largest.height / 16 * 16, largest.width / 16 * 16))
    let levels = [largest] + result.pyramid.levels.dropFirst().filter { min($0.height, $0.width) >= tile }
    let layouts = levels.map {
      PageLayout(
        height: $0.height, width: $0.width, channels: result.channels, $0.samples, plan.first.metadata)
    }
    let file = try PyramidTIFF(result.waiting, replacing: true, pages: layouts, tile: tile)
    for (level, layout) in zip(levels, layouts) {
      let readers = try (0..<result.channels).map { _ in try ChunkedReader(level) }
      try file.begin(layout)
      for region in file.tiles {
        guard !observer.isCancelled() else { throw Interrupted() }
        let planes = try readers.enumerated().map { try $1.bytes(region, result.full([], $0)) }
        try file.write(result.channels == 1 ? planes[0] : interleaved(planes, level.size), region)
      }
      try file.endPage()
    }
    try file.close()
  }

  /// Values of `size` bytes, one of each plane after the other.
  private func interleaved(_ planes: [[UInt8]], _ size: Int) -> [UInt8] {
    var all = [UInt8](repeating: 0, count: planes.count * planes[0].count)
    for (number, plane) in planes.enumerated() {
      for at in plane.indices {
        all[(at / size * planes.count + number) * size + at % size] = plane[at]
      }
    }
    return all
  }
}
