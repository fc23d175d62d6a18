/// The border of an instance along the edges of its pixels.
package struct Outline: Sendable, Equatable {
  /// A corner of pixels: column and row of the pixel below and right of it.
  package typealias Corner = SIMD2<Int32>

  /// Closed lines, the first corner not repeated: around each part clockwise as images are looked at, around each hole the other
  /// way.  No three corners in a row lie on a line.
  package let rings: [[Corner]]

  /// The parts, each with its holes behind it.
  package var parts: [[[Corner]]] {
    let outer = rings.filter { Outline.area($0) > 0 }
    var parts = outer.map { [$0] }
    for hole in rings where Outline.area(hole) < 0 {
      // The pixel right of a hole's topmost, leftmost corner belongs to the hole; the one left of it to the part around it.
      let corner = hole.min { ($0.y, $0.x) < ($1.y, $1.x) } ?? .zero
      let place = outer.indices.first {
        Outline.holds(outer[$0], Double(corner.x) - 0.5, Double(corner.y) + 0.5)
      }
      if let place { parts[place].append(hole) }
    }
    return parts
  }

  /// The same line elsewhere: so many rows and columns further.
  func moved(rows: Int, columns: Int) -> Outline {
    Outline(rings: rings.map { ring in ring.map { $0 &+ [Int32(columns), Int32(rows)] } })
  }

  /// Twice the area inside a ring, negative where it goes counterclockwise.
  static func area(_ ring: [Corner]) -> Int {
    ring.indices.reduce(0) { sum, i in
      let (a, b) = (ring[i], ring[(i + 1) % ring.count])
      return sum + Int(a.x) * Int(b.y) - Int(b.x) * Int(a.y)
    }
  }

  /// Whether a point that lies on no line is inside.
  private static func holds(_ ring: [Corner], _ x: Double, _ y: Double) -> Bool {
    ring.indices.reduce(false) { inside, i in
      let (a, b) = (ring[i], ring[(i + 1) % ring.count])
      guard a.x == b.x, Double(a.x) > x, (Double(a.y) > y) != (Double(b.y) > y) else { return inside }
      return !inside
    }
  }
}

/// The outlines of instances 1 to `count`, in order; `ids` is `[H, W]`, 0 between them.  Pixels that touch at a corner alone do not
/// belong together.
package func outlines(of ids: [Int32], height: Int, width: Int, count: Int) -> [Outline] {
  var boxes = [Box](repeating: Box(), count: count + 1)
  for row in 0..<height {
    for column in 0..<width { boxes[Int(ids[row * width + column])].add(row, column) }
  }
  return (1..<max(1, count + 1)).map { id in
    var tracer = Tracer(ids: ids, height: height, width: width, id: Int32(id))
    return Outline(rings: tracer.rings(in: boxes[id]))
  }
}

/// The rows and columns that an instance reaches.
private struct Box {
  var rows = 0..<0, columns = 0..<0

  mutating func add(_ row: Int, _ column: Int) {
    guard !rows.isEmpty else {
      (rows, columns) = (row..<row + 1, column..<column + 1)
      return
    }
    rows = min(rows.lowerBound, row)..<max(rows.upperBound, row + 1)
    columns = min(columns.lowerBound, column)..<max(columns.upperBound, column + 1)
  }
}

/// Follows the edges between an instance's pixels and others, the instance on the right.
private struct Tracer {
  let ids: [Int32]
  let height: Int, width: Int
  let id: Int32

  /// Right, down, left, up.
  private static let steps: [SIMD2<Int32>] = [[1, 0], [0, 1], [-1, 0], [0, -1]]

  private func isOwn(_ row: Int, _ column: Int) -> Bool {
    row >= 0 && row < height && column >= 0 && column < width && ids[row * width + column] == id
  }

  /// Whether the border leaves corner `at` in this direction: its own pixel on the right, another on the left.
  private func leaves(_ at: SIMD2<Int32>, _ direction: Int) -> Bool {
    let (x, y) = (Int(at.x), Int(at.y))
    switch direction {
    case 0: return isOwn(y, x) && !isOwn(y - 1, x)
    case 1: return isOwn(y, x - 1) && !isOwn(y, x)
    case 2: return isOwn(y - 1, x - 1) && !isOwn(y, x - 1)
    default: return isOwn(y - 1, x) && !isOwn(y - 1, x - 1)
    }
  }

  /// The rings that begin with the upper edges of pixels in `box`, topmost and leftmost first.
  mutating func rings(in box: Box) -> [[SIMD2<Int32>]] {
    var seen: Set<Int> = []
    var rings: [[SIMD2<Int32>]] = []
    for row in box.rows {
      for column in box.columns where isOwn(row, column) && !isOwn(row - 1, column) {
        guard !seen.contains(row * width + column) else { continue }
        rings.append(ring(from: [Int32(column), Int32(row)], &seen))
      }
    }
    return rings
  }

  /// The ring that leaves `start` to the right; the upper edges on it are `seen`.
  private func ring(from start: SIMD2<Int32>, _ seen: inout Set<Int>) -> [SIMD2<Int32>] {
    var (at, direction) = (start, 0)
    var corners: [SIMD2<Int32>] = []
    repeat {
      if direction == 0 { seen.insert(Int(at.y) * width + Int(at.x)) }
      at &+= Tracer.steps[direction]
      // Around the same pixel first, so that pixels that touch at a corner stay apart.
      let next = [1, 0, 3].map { (direction + $0) % 4 }.first { leaves(at, $0) } ?? direction
      if next != direction { corners.append(at) }
      direction = next
    } while at != start || direction != 0
    return corners
  }
}
