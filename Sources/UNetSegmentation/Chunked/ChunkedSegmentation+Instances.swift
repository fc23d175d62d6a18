import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetWork

extension ChunkedSegmentation {
  /// Numbers the instances of all pages, once their chunks are there, and writes what lists them: the work of one process.
  /// - Throws: `DataError`, `FileError`, `Interrupted`.
  func number() throws {
    guard let result = results.first(where: \.isOfInstances),
      let mask = results.first(where: \.content.hasClasses)
    else { return }
    let level = result.pyramid.levels[0]
    let (pages, classes) = (plan.pages, plan.classes)
    func isDone(_ part: Int) -> Bool {
      Files.exists(counted) && lists.allSatisfy { Files.exists($0.waiting) }
        && (0..<pages.count).allSatisfy { page in
          let plane = plan.plane(of: page)
          return (0..<level.count).allSatisfy { result.has(plane, $0) }
        }
    }
    try work.share(1, of: .instances, isDone: isDone) { _ in
      let files = try lists.map { list in
        try ObjectFile(
          list.output, path: list.waiting, pages: pages.count, stack: pages.stack, classes: classes,
          replacing: true)
      }
      var count = 0
      for number in 0..<pages.count {
        let page = files.isEmpty ? plan.first : try pages.page(number)
        for file in files { try file.begin(page, classes: classes) }
        for plane in 0..<result.channels {
          let found = try instances(of: number, plane, mask)
          for (file, list) in zip(files, lists) { try add(found, to: file, list.output, plane, page) }
          count += found.count
          for chunk in 0..<level.count {
            let ids = try found.ids(level.region(chunk)).map(UInt32.init)
            try ids.withUnsafeBytes {
              try level.write($0, result.full(plan.plane(of: number), plane), chunk)
            }
          }
        }
        for file in files { try file.endPage() }
      }
      for file in files { try file.close() }
      try AtomicFile.write("\(count)", to: counted)
    }
    objects = (try? FileReader.bytes(of: counted)).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
  }

  /// The file that has the number of instances.
  private var counted: String { Path.join(work.path, "instances.txt") }

  /// The instances of a class of a page.
  private func instances(of number: Int, _ plane: Int, _ mask: ChunkedResult) throws -> ChunkedInstances {
    let place = plan.plane(of: number)
    let level = mask.pyramid.levels[0]
    let classes = try ChunkedReader(level)
    let foreground = try results.first { $0.content.hasForeground(of: plan.classes) }.map {
      try ChunkedReader($0.pyramid.levels[0])
    }
    return try ChunkedInstances(
      height: level.height, width: level.width, side: level.side, ensemble.options.instances, for: work.path,
      mask: { try classes.bytes($0, place).map { plan.classes == 2 ? $0 != 0 : Int($0) == plane + 1 } },
      probabilities: { try foreground?.numbers(Float.self, $0, place) ?? [] },
      observer: { [observer] in guard !observer.isCancelled() else { throw Interrupted() } })
  }

  /// Adds instances to a list, each held by itself.
  private func add(
    _ found: ChunkedInstances, to file: ObjectFile, _ output: SegmentationOutput, _ plane: Int,
    _ page: StoredPage
  ) throws {
    for (at, box) in try found.boxes().enumerated() {
      if at % 64 == 0, observer.isCancelled() { throw Interrupted() }
      let bytes = 16 * box.height * box.width
      guard HostMemory.grants(bytes) else {
        throw DataError(
          plan.file.path,
          "has an instance of \(box.height)×\(box.width) pixels, which takes \(bytes / 1_000_000) MB to list: leave \(output.rawValue) out, "
            + "or choose a greater threshold", choices: ["write", "threshold"])
      }
      let ids = try found.ids(box)
      if output == .measurements {
        try file.add(Measurements.of(ids.map { $0 == at + 1 }, in: box, page), at + 1, of: UInt8(plane + 1))
      } else {
        let own = ids.map { $0 == at + 1 ? Int32(1) : 0 }
        let outline = outlines(of: own, height: box.height, width: box.width, count: 1)[0]
        try file.add(
          outline.moved(rows: box.rows.lowerBound, columns: box.columns.lowerBound), at + 1,
          of: UInt8(plane + 1), channels: page.channels)
      }
    }
    try page.check()
  }
}
