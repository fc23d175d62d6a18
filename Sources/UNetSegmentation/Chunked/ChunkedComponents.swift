import UNetData
import UNetImages

/// The connected regions of a picture that comes chunk by chunk, row after row of them: regions of neighbouring chunks that touch are
/// joined by a union-find over their provisional numbers.
struct ChunkedComponents {
  /// What is known of a region.
  struct Region {
    /// Its pixels, the first of them in raster order, and the rows and columns that it lies in.
    var area: Int, first: Int
    var rows: Range<Int>, columns: Range<Int>

    mutating func join(_ other: Region) {
      area += other.area
      first = min(first, other.first)
      rows = min(rows.lowerBound, other.rows.lowerBound)..<max(rows.upperBound, other.rows.upperBound)
      columns =
        min(
          columns.lowerBound, other.columns.lowerBound)..<max(
          columns.upperBound, other.columns.upperBound)
    }
  }

  private let width: Int
  private let connectivity: Connectivity
  /// Which provisional numbers are one region, and what is known of it by its smallest; 0 is no region.
  private var sets = DisjointSets()
  private var found: [Region] = [Region(area: 0, first: 0, rows: 0..<0, columns: 0..<0)]
  /// Provisional numbers of the row of pixels above the chunks, of the last row of those that are there, and of the column to the left.
  private var above: [Int32], below: [Int32], left: [Int32] = []
  private var top = 0

  /// None yet of a picture of so many columns.
  init(width: Int, connectivity: Connectivity) {
    (self.width, self.connectivity) = (width, connectivity)
    above = [Int32](repeating: 0, count: width)
    below = above
  }

  /// How many provisional numbers there are.
  var count: Int { sets.count }

  /// Adds a chunk of a mask, and gives the provisional number of each of its pixels.
  mutating func add(_ mask: [Bool], _ chunk: ImageRegion) -> [Int32] {
    if chunk.rows.lowerBound != top {
      (above, top, left) = (below, chunk.rows.lowerBound, [])
    }
    var (ids, count) = connectedComponents(
      of: mask, height: chunk.height, width: chunk.width, connectivity: connectivity)
    let base = Int32(sets.count)
    for _ in 0..<count { _ = sets.add() }
    found += (0..<count).map { _ in Region(area: 0, first: .max, rows: 0..<0, columns: 0..<0) }
    note(&ids, base, chunk)
    join(ids, chunk)
    let last = (chunk.height - 1) * chunk.width
    below.replaceSubrange(chunk.columns, with: ids[last...])
    left = (0..<chunk.height).map { ids[$0 * chunk.width + chunk.width - 1] }
    return ids
  }

  private mutating func note(_ ids: inout [Int32], _ base: Int32, _ chunk: ImageRegion) {
    var at = 0
    for y in chunk.rows {
      for x in chunk.columns {
        if ids[at] != 0 {
          ids[at] += base
          let pixel = Region(area: 1, first: y * width + x, rows: y..<y + 1, columns: x..<x + 1)
          let number = Int(ids[at])
          if found[number].area == 0 { found[number] = pixel } else { found[number].join(pixel) }
        }
        at += 1
      }
    }
  }

  /// Joins what touches above and to the left.
  private mutating func join(_ ids: [Int32], _ chunk: ImageRegion) {
    let reach = connectivity == .eight ? 1 : 0
    if chunk.rows.lowerBound > 0 {
      for x in chunk.columns {
        for other in max(0, x - reach)...min(width - 1, x + reach) {
          join(ids[x - chunk.columns.lowerBound], above[other])
        }
      }
    }
    guard !left.isEmpty else { return }
    for y in 0..<chunk.height {
      for other in max(0, y - reach)...min(chunk.height - 1, y + reach) {
        join(ids[y * chunk.width], left[other])
      }
    }
  }

  private mutating func join(_ one: Int32, _ other: Int32) {
    guard one != 0, other != 0, let (kept, gone) = sets.join(one, other) else { return }
    found[Int(kept)].join(found[Int(gone)])
  }

  /// The regions in the order of their first pixels, and for each provisional number that of its region, from 1.
  mutating func numbered() -> (regions: [Region], numbers: [Int32]) {
    let names = found.indices.map { sets.name(of: Int32($0)) }
    let roots = names.indices.dropFirst().filter { Int(names[$0]) == $0 }
      .sorted { found[$0].first < found[$1].first }
    var numbers = [Int32](repeating: 0, count: names.count)
    for (at, root) in roots.enumerated() { numbers[root] = Int32(at + 1) }
    for (number, name) in names.enumerated() { numbers[number] = numbers[Int(name)] }
    return (roots.map { found[$0] }, numbers)
  }
}
