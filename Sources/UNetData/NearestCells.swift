/// Exact distances to the two nearest cells.
///
/// Separable: within each column, the two nearest distinct cells of every pixel; then each pixel looks along its
/// row.  Two a column suffice: a third would be farther than both at every pixel of the row, so it could only be
/// second there in a tie, which leaves the distance as it is.
struct NearestCells {
  private let height, width: Int
  /// For each pixel the nearest and second nearest cell of its column, 0 = none, and the rows between.
  private var first, second: [Candidate]

  private struct Candidate {
    var id: Int32 = 0
    var rows: Int32 = 0
  }

  /// Looks at cells `[H, W]`, 0 = none.
  init(_ ids: [Int32], height: Int, width: Int) {
    (self.height, self.width) = (height, width)
    first = [Candidate](repeating: Candidate(), count: ids.count)
    second = first
    sweep(ids, rows: Array(0..<height))
    sweep(ids, rows: (0..<height).reversed())
  }

  /// Carries the last two cells seen in each column along `rows`, and keeps what is nearer.
  private mutating func sweep(_ ids: [Int32], rows: [Int]) {
    var last = [Candidate](repeating: Candidate(), count: width)
    var previous = last
    for y in rows {
      for x in 0..<width {
        let at = y * width + x
        last[x].rows += 1
        previous[x].rows += 1
        if ids[at] != 0 {
          if ids[at] != last[x].id { previous[x] = last[x] }
          last[x] = Candidate(id: ids[at], rows: 0)
        }
        offer(last[x], at)
        offer(previous[x], at)
      }
    }
  }

  private mutating func offer(_ cell: Candidate, _ at: Int) {
    guard cell.id != 0 else { return }
    if first[at].id == 0 || cell.rows < first[at].rows || cell.id == first[at].id {
      if cell.id == first[at].id {
        first[at].rows = min(first[at].rows, cell.rows)
      } else {
        (first[at], second[at]) = (cell, first[at])
      }
    } else if second[at].id == 0 || cell.rows < second[at].rows {
      second[at] = cell
    }
  }

  /// Calls `body` with the pixel and its two distances, at the pixels wanted where both cells are found and
  /// d1 + d2 <= reach.
  func forEachPair(at wanted: [Bool], within reach: Double, _ body: (Int, Double, Double) -> Void) {
    let columns = Int(reach.rounded(.up))
    let farthest = Int(reach * reach) + 1
    for y in 0..<height {
      for x in 0..<width where wanted[y * width + x] {
        var pair = Pair(farthest: farthest)
        for dx in 0...columns {
          guard dx * dx < pair.second else { break }
          if x >= dx { look(y * width + x - dx, dx, &pair) }
          if dx > 0 && x + dx < width { look(y * width + x + dx, dx, &pair) }
        }
        guard pair.second < farthest else { continue }
        let (d1, d2) = (Double(pair.first).squareRoot(), Double(pair.second).squareRoot())
        if d1 + d2 <= reach { body(y * width + x, d1, d2) }
      }
    }
  }

  /// The squared distances of the two nearest distinct cells so far.
  private struct Pair {
    var id: Int32 = 0
    var first, second: Int
    init(farthest: Int) { (first, second) = (farthest, farthest) }

    mutating func offer(_ cell: Int32, _ distance: Int) {
      if cell == id {
        first = min(first, distance)
      } else if distance < first {
        (id, first, second) = (cell, distance, first)
      } else if distance < second {
        second = distance
      }
    }
  }

  private func look(_ at: Int, _ dx: Int, _ pair: inout Pair) {
    for cell in [first[at], second[at]] where cell.id != 0 {
      pair.offer(cell.id, dx * dx + Int(cell.rows) * Int(cell.rows))
    }
  }
}
