import UNetFiles

/// The pages of an OME-TIFF: which directories of the file hold the channels of each.
struct OMEPages {
  /// For each page its directories by channel.
  private(set) var pages: [[Int]] = []
  /// What is known of the pages, an entry each.
  private(set) var metadata: [PageMetadata] = []
  /// The axes of the pages, where all are of one image.
  private(set) var axes: PageAxes?

  /// Nil where the document describes no page of this file.
  /// - Throws: `PageError` where the file lacks directories that the document says it has.
  init?(_ document: OMEDescription, file: String, directories: Int) throws {
    var next = 0
    for series in document.series {
      let planes = try OMEPages.planes(
        of: series, id: document.id, file: file, directories: directories, next: &next)
      try append(series, planes, directories: directories)
    }
    if pages.isEmpty { return nil }
    axes = document.series.count == 1 ? document.series[0].axes : nil
  }

  /// The directory of each plane of the series that this file holds.
  private static func planes(
    of series: OMEDescription.Series, id: String?, file: String, directories: Int, next: inout Int
  ) throws -> [Int: Int] {
    guard let total = series.axes.planeCount else {
      throw PageError.missing(promised: .max, of: directories, by: "OME")
    }
    guard !series.blocks.isEmpty else {
      defer { next += min(total, directories) }
      return try run(from: 0, count: total, directory: next, directories)
    }
    var planes: [Int: Int] = [:]
    var after = next
    let isOfOneFile = series.isOfOneFile
    for block in series.blocks where isOwn(block, id: id, file: file, isOfOneFile) {
      let first = series.place(channel: block.channel, depth: block.depth, time: block.time)
      guard let first, first < total else {
        throw PageError(problem: "has an OME description with a plane beyond its image: save it anew")
      }
      let count = block.count ?? (block.directory == nil ? total - first : 1)
      let start = block.directory ?? after
      planes.merge(try run(from: first, count: count, directory: start, directories)) { _, new in new }
      after = start + count
    }
    next = max(next, after)
    return planes
  }

  /// Planes that follow each other in directories that follow each other.
  private static func run(from plane: Int, count: Int, directory: Int, _ directories: Int) throws -> [Int:
    Int]
  {
    guard directory <= directories, count <= directories - directory else {
      throw PageError.missing(
        promised: directory.addingReportingOverflow(count).partialValue, of: directories, by: "OME")
    }
    return Dictionary(uniqueKeysWithValues: (0..<count).map { (plane + $0, directory + $0) })
  }

  /// Whether the block is of this file, where a set of files shares a document.
  private static func isOwn(
    _ block: OMEDescription.Block, id: String?, file: String, _ isOfOneFile: Bool
  ) -> Bool {
    guard block.id != nil || block.file != nil else { return true }
    if let id, !id.isEmpty, let own = block.id, !own.isEmpty { return own.trimmed == id.trimmed }
    if let name = block.file { return name == Path.name(file) || isOfOneFile }
    return true
  }

  private mutating func append(
    _ series: OMEDescription.Series, _ planes: [Int: Int], directories: Int
  ) throws {
    guard !planes.isEmpty else { return }
    // Planes of other files are pages of theirs; a file alone has a directory for each plane.
    let isOfSet = !series.isOfOneFile
    let limit = isOfSet ? 1 << 24 : directories
    guard let all = series.axes.pages(upTo: limit) else {
      throw PageError.missing(promised: series.axes.planeCount ?? .max, of: directories, by: "OME")
    }
    for page in all {
      let own = page.compactMap { planes[$0] }
      if own.count == page.count {
        pages.append(own)
        metadata.append(series.metadata)
        continue
      }
      guard isOfSet else {
        throw PageError.missing(promised: all.count * page.count, of: planes.count, by: "OME")
      }
      guard own.isEmpty else {
        throw PageError(
          problem:
            "has \(own.count) of \(page.count) channels of a page, the others are in other files of its OME set: "
            + "join them in one file")
      }
    }
  }
}

extension OMEDescription.Series {
  /// Whether no block names another file than the rest.
  var isOfOneFile: Bool { Set(blocks.map { $0.id?.trimmed ?? $0.file ?? "" }).count <= 1 }

  /// The number of a plane in the order of the series; nil where an axis is shorter.
  func place(channel: Int, depth: Int, time: Int) -> Int? {
    var place = 0
    for (name, length) in axes.axes {
      let index = name == "C" ? channelPlane(channel) : name == "Z" ? depth : time
      guard index < length else { return nil }
      place = place * length + index
    }
    return place
  }

  /// The plane of a channel, counted in samples: the planes of a colour image have three.
  private func channelPlane(_ channel: Int) -> Int {
    guard channelPlanes < channels else { return channel }
    return channel * channelPlanes / max(1, channels)
  }
}

extension String {
  fileprivate var trimmed: String { split(whereSeparator: \.isWhitespace).joined() }
}
