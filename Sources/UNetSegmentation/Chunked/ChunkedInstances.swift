import UNetData
import UNetFiles
import UNetImages
import UNetNumerics

/// The instances of a mask that is had chunk by chunk: those of the whole mask (`instances(of:)`), number for number.
///
/// No page is held.  Regions that lie in several chunks are joined; one that the watershed has to part is held by itself.
package struct ChunkedInstances {
  let height: Int, width: Int
  let chunks: [ImageRegion]
  let options: InstanceOptions
  /// Names errors; files without a name lie in its folder.
  let path: String
  let observer: () throws -> Void
  var pixels: PixelNumbers
  /// The final number of each number in `pixels`.
  var numbers: [Int32] = [0]

  /// How many there are.
  package internal(set) var count = 0

  /// Those of a picture of this size, in chunks of `side`² pixels.
  ///
  /// - `mask`, `probabilities`: what is had of a region.
  /// - Throws: what they throw; `FileError`; `DataError` of `path` where a region is larger than memory.
  package init(
    height: Int, width: Int, side: Int, _ options: InstanceOptions, for path: String,
    mask: (ImageRegion) throws -> [Bool], probabilities: (ImageRegion) throws -> [Float],
    observer: @escaping () throws -> Void = {}
  ) throws {
    (self.height, self.width, self.options, self.path) = (height, width, options, path)
    self.observer = observer
    chunks = stride(from: 0, to: height, by: side).flatMap { top in
      stride(from: 0, to: width, by: side).map { left in
        ImageRegion(rows: top..<min(height, top + side), columns: left..<min(width, left + side))
      }
    }
    pixels = try PixelNumbers(for: path, height: height, width: width)
    var components = ChunkedComponents(width: width, connectivity: .four)
    for chunk in chunks {
      try observer()
      guard components.count < Int(Int32.max) - side * side else {
        throw DataError(
          path, "has more than 2^31 regions of foreground: choose another threshold", choices: ["threshold"])
      }
      try pixels.write(components.add(try mask(chunk), chunk), chunk)
    }
    var regions: [ChunkedComponents.Region]
    (regions, numbers) = components.numbered()
    count = regions.count
    guard options != InstanceOptions() else { return }
    if options.readsProbabilities { regions = try part(regions, probabilities) }
    remove(regions)
    if options.grow > 0 { try grow() }
    if options.fillHoles { try fillHoles() }
    try numberInOrder()
  }

  /// The number of the instance at each pixel of a region, from 1, 0 outside.
  /// - Throws: `FileError`.
  package func ids(_ region: ImageRegion) throws -> [Int32] {
    try pixels.read(region).map { numbers[Int($0)] }
  }

  /// The rows and columns that each instance lies in, in the order of their numbers.
  /// - Throws: `FileError`, and what the observer does.
  func boxes() throws -> [ImageRegion] {
    var boxes = [(top: Int32, bottom: Int32, left: Int32, right: Int32)](
      repeating: (.max, 0, .max, 0), count: count + 1)
    for chunk in chunks {
      try observer()
      for (at, id) in try ids(chunk).enumerated() where id != 0 {
        let y = Int32(chunk.rows.lowerBound + at / chunk.width)
        let x = Int32(chunk.columns.lowerBound + at % chunk.width)
        let box = boxes[Int(id)]
        boxes[Int(id)] = (min(box.top, y), max(box.bottom, y), min(box.left, x), max(box.right, x))
      }
    }
    return boxes.dropFirst().map {
      ImageRegion(rows: Int($0.top)..<Int($0.bottom) + 1, columns: Int($0.left)..<Int($0.right) + 1)
    }
  }

  // MARK: watershed

  /// Parts regions by the watershed; gives what becomes of them, in the order of their numbers.
  private mutating func part(
    _ regions: [ChunkedComponents.Region], _ probabilities: (ImageRegion) throws -> [Float]
  ) throws -> [ChunkedComponents.Region] {
    let parted = try PixelNumbers(for: path, height: height, width: width)
    var parts: [(isWhole: Bool, place: Int, region: ChunkedComponents.Region)] = []
    func add(_ mask: [Int32], _ window: ImageRegion) throws -> [Int32] {
      let chances = try probabilities(window)
      let ids = watershed(
        of: chances, from: options.seedThreshold, over: mask, height: window.height, width: window.width)
      var (own, made): ([Int32: Int], [Int32]) = ([:], ids)
      for (at, id) in ids.enumerated() where id != 0 {
        let (y, x) = (
          window.rows.lowerBound + at / window.width, window.columns.lowerBound + at % window.width
        )
        let isSeed = isForeground(chances[at], above: options.seedThreshold)
        let pixel = ChunkedComponents.Region(
          area: 1, first: y * width + x, rows: y..<y + 1, columns: x..<x + 1)
        if let number = own[id] {
          parts[number].region.join(pixel)
          // Parts are ordered by the first pixels of their seeds, before regions without any.
          if isSeed, parts[number].isWhole {
            (parts[number].isWhole, parts[number].place) = (false, pixel.first)
          }
          made[at] = Int32(number + 1)
        } else {
          own[id] = parts.count
          parts.append((!isSeed, pixel.first, pixel))
          made[at] = Int32(parts.count)
        }
      }
      return made
    }
    let wide = try partWide(regions, into: parted, add)
    for chunk in chunks {
      try observer()
      let mask = try pixels.read(chunk).map { id -> Int32 in
        let number = numbers[Int(id)]
        return number != 0 && !wide[Int(number)] ? number : 0
      }
      guard mask.contains(where: { $0 != 0 }) else { continue }
      try parted.add(try add(mask, chunk), chunk)
    }
    let order = parts.indices.sorted {
      parts[$0].isWhole == parts[$1].isWhole ? parts[$0].place < parts[$1].place : parts[$1].isWhole
    }
    numbers = [Int32](repeating: 0, count: parts.count + 1)
    for (at, part) in order.enumerated() { numbers[part + 1] = Int32(at + 1) }
    pixels = parted
    return order.map { parts[$0].region }
  }

  /// Parts those that lie in several chunks, one by one; tells of each number whether it is one of them.
  private func partWide(
    _ regions: [ChunkedComponents.Region], into parted: PixelNumbers,
    _ add: ([Int32], ImageRegion) throws -> [Int32]
  ) throws -> [Bool] {
    let side = max(chunks[0].height, chunks[0].width)
    var wide = [Bool](repeating: false, count: regions.count + 1)
    for (at, region) in regions.enumerated() {
      func isWithin(_ range: Range<Int>) -> Bool { range.lowerBound / side == (range.upperBound - 1) / side }
      guard !isWithin(region.rows) || !isWithin(region.columns) else { continue }
      try observer()
      wide[at + 1] = true
      let window = ImageRegion(rows: region.rows, columns: region.columns)
      let bytes = window.height * window.width * 40
      guard window.height * window.width <= Int(Int32.max), HostMemory.grants(bytes) else {
        throw DataError(
          path,
          "has foreground of \(window.height)×\(window.width) pixels in one piece, and parting it needs \(bytes / 1_000_000) MB: leave out "
            + "seeds, or choose a greater threshold", choices: ["seedThreshold", "threshold"])
      }
      let mask = try pixels.read(window).map { numbers[Int($0)] == Int32(at + 1) ? Int32(1) : 0 }
      try parted.add(try add(mask, window), window)
    }
    return wide
  }
}
