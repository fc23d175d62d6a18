import UNetData
import UNetImages

// What becomes of the regions, in this order.
extension ChunkedInstances {
  mutating func remove(_ regions: [ChunkedComponents.Region]) {
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

  mutating func grow() throws {
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
  mutating func fillHoles() throws {
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
  mutating func numberInOrder() throws {
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
