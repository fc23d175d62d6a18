import UNetData
import UNetFiles
import UNetImages
import UNetNumerics

/// The instances of a mask that is had chunk by chunk: those of the whole mask (`instances(of:)`), number for number.
///
/// No page is held.  Regions that lie in several chunks are joined; one that the watershed has to part is held by itself.
package struct ChunkedInstances {
  private let height: Int, width: Int
  private let chunks: [ImageRegion]
  private let options: InstanceOptions
  /// Names errors; files without a name lie in its folder.
  private let path: String
  private let observer: () throws -> Void
  private var pixels: PixelNumbers
  /// The final number of each number in `pixels`.
  private var numbers: [Int32] = [0]

  /// How many there are.
  package private(set) var count = 0

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
      guard HostMemory.grants(bytes) else {
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

  // MARK: what changes them

  private mutating func remove(_ regions: [ChunkedComponents.Region]) {
    numbers = numbers.map { $0 != 0 && regions[Int($0) - 1].area >= options.smallestArea ? $0 : 0 }
  }

  /// Replaces `pixels` by those that `change` makes of every chunk, numbers being those that are now.
  private mutating func changed(_ change: (ImageRegion) throws -> [Int32]) throws {
    let changed = try PixelNumbers(for: path, height: height, width: width)
    for chunk in chunks {
      try observer()
      try changed.write(try change(chunk), chunk)
    }
    pixels = changed
    let greatest = numbers.max() ?? 0
    numbers = Array(0...greatest)
  }

  private mutating func grow() throws {
    let own = self
    try changed { chunk in
      let window = own.window(around: chunk, by: own.options.grow)
      var map = LabelMap(height: window.height, width: window.width, ids: try own.ids(window))
      map.growInstances(by: own.options.grow)
      return own.cut(map.ids, window, chunk)
    }
  }

  private func window(around chunk: ImageRegion, by reach: Int) -> ImageRegion {
    ImageRegion(
      rows: max(0, chunk.rows.lowerBound - reach)..<min(height, chunk.rows.upperBound + reach),
      columns: max(0, chunk.columns.lowerBound - reach)..<min(width, chunk.columns.upperBound + reach))
  }

  private func cut(_ ids: [Int32], _ window: ImageRegion, _ chunk: ImageRegion) -> [Int32] {
    chunk.rows.flatMap { y -> ArraySlice<Int32> in
      let first =
        (y - window.rows.lowerBound) * window.width + chunk.columns.lowerBound - window.columns.lowerBound
      return ids[first..<first + chunk.width]
    }
  }

  /// Gives background that touches one instance alone, and not the image's border, to that instance.
  private mutating func fillHoles() throws {
    var components = ChunkedComponents(width: width, connectivity: .eight)
    let background = try PixelNumbers(for: path, height: height, width: width)
    // What surrounds each provisional region: nothing yet, one instance, or something else (-1).
    var around: [Int32] = [0]
    func surround(_ region: Int32, _ id: Int32) {
      let known = around[Int(region)]
      guard id != 0, id != known else { return }
      around[Int(region)] = known == 0 ? id : -1
    }
    for chunk in chunks {
      try observer()
      let window = window(around: chunk, by: 1)
      let ids = try ids(window)
      let regions = components.add(cut(ids, window, chunk).map { $0 == 0 }, chunk)
      around += [Int32](repeating: 0, count: components.count + 1 - around.count)
      try background.write(regions, chunk)
      var at = -1
      for y in chunk.rows {
        for x in chunk.columns {
          at += 1
          guard regions[at] != 0 else { continue }
          guard y > 0, x > 0, y < height - 1, x < width - 1 else {
            surround(regions[at], -1)
            continue
          }
          let here = (y - window.rows.lowerBound) * window.width + x - window.columns.lowerBound
          for other in [here - window.width, here - 1, here + 1, here + window.width] {
            surround(regions[at], ids[other])
          }
        }
      }
    }
    let (regions, joined) = components.numbered()
    var whole = [Int32](repeating: 0, count: regions.count + 1)
    for number in around.indices.dropFirst() where around[number] != 0 {
      let known = whole[Int(joined[number])]
      if known != around[number] { whole[Int(joined[number])] = known == 0 ? around[number] : -1 }
    }
    let own = self
    try changed { chunk in
      zip(try own.ids(chunk), try background.read(chunk)).map { id, region in
        id != 0 ? id : max(0, whole[Int(joined[Int(region)])])
      }
    }
  }

  /// Numbers them from 1 in the order of their first pixels.
  private mutating func numberInOrder() throws {
    var first = [Int](repeating: .max, count: Int(numbers.max() ?? 0) + 1)
    for chunk in chunks {
      try observer()
      for (at, id) in try ids(chunk).enumerated() where id != 0 {
        let place =
          (chunk.rows.lowerBound + at / chunk.width) * width + chunk.columns.lowerBound + at % chunk.width
        first[Int(id)] = min(first[Int(id)], place)
      }
    }
    let order = first.indices.dropFirst().filter { first[$0] != .max }.sorted { first[$0] < first[$1] }
    var final = [Int32](repeating: 0, count: first.count)
    for (at, id) in order.enumerated() { final[id] = Int32(at + 1) }
    numbers = numbers.map { final[Int($0)] }
    count = order.count
  }
}
