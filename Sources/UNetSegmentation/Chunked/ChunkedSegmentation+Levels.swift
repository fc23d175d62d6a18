import UNetFiles
import UNetImages
import UNetPrediction
import UNetRuntime
import UNetWork

extension ChunkedSegmentation {
  /// Makes the levels of all results.
  /// - Throws: `DataError`, `FileError`, `Interrupted`.
  func reduce() throws {
    for (at, result) in results.enumerated() where result.path != nil {
      let planes = ChunkedResult.channels(result.content, classes: classes)
      for number in 1..<max(1, result.levels) {
        let level = result.pyramid.levels[number]
        let chunks = level.rows * level.columns
        func place(_ part: Int) -> (place: [Int], row: Int, column: Int) {
          let (plane, chunk) = part.quotientAndRemainder(dividingBy: chunks)
          let place = result.full(self.place(of: plane / planes), plane % planes)
          return (place, chunk / level.columns, chunk % level.columns)
        }
        try work.share(
          pages.count * planes * chunks, stage: 1 << 20 + at << 8 + number,
          isDone: {
            let (place, row, column) = place($0)
            return level.has(place, row: row, column: column)
          },
          {
            let (place, row, column) = place($0)
            try result.reduce(to: number, place, row: row, column: column)
          })
      }
    }
  }

  /// Gives a result its place, unless it has it; tells that.
  func place(_ result: ChunkedResult) throws -> String? {
    guard let path = result.path else { return nil }
    let waiting = result.pyramid.path + ".tif"
    if !format.isZarr, Files.exists(result.pyramid.path) {
      try writePyramid(result, to: waiting)
      Files.removeTree(result.pyramid.path)
    }
    guard Files.exists(format.isZarr ? result.pyramid.path : waiting) else { return nil }
    // Others may have come since it was looked at.
    try Segmentation.requireOwn([path])
    if format.isZarr {
      try Files.moveFolder(result.pyramid.path, to: path, replacing: replacing)
    } else {
      try Files.moveFile(waiting, to: path, replacing: replacing)
    }
    return path
  }

  /// Writes a TIFF of what was made chunk by chunk.
  private func writePyramid(_ result: ChunkedResult, to path: String) throws {
    let largest = result.pyramid.levels[0]
    let channels = ChunkedResult.channels(result.content, classes: classes)
    // No larger than a level, which OpenSlide 3 cannot read.
    let tile = max(16, min(512, largest.height / 16 * 16, largest.width / 16 * 16))
    let levels = [largest] + result.pyramid.levels.dropFirst().filter { min($0.height, $0.width) >= tile }
    let layouts = levels.map {
      PageLayout(height: $0.height, width: $0.width, channels: channels, $0.samples, first.metadata)
    }
    let file = try PyramidTIFF(path, replacing: true, pages: layouts, tile: tile)
    for (level, layout) in zip(levels, layouts) {
      let readers = try (0..<channels).map { _ in try ChunkedReader(level) }
      try file.begin(layout)
      for region in file.tiles {
        guard !observer.isCancelled() else { throw Interrupted() }
        let planes = try readers.enumerated().map { try $1.bytes(region, result.full([], $0)) }
        try file.write(channels == 1 ? planes[0] : interleaved(planes, level.size), region)
      }
      try file.endPage()
    }
    try file.close()
  }

  private func interleaved(_ planes: [[UInt8]], _ size: Int) -> [UInt8] {
    var all: [UInt8] = []
    all.reserveCapacity(planes.count * planes[0].count)
    for at in stride(from: 0, to: planes[0].count, by: size) {
      for plane in planes { all += plane[at..<at + size] }
    }
    return all
  }
}
