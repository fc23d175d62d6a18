/// Exact distances to the two nearest cells.
///
/// Separable: within each column, the two nearest distinct cells of every pixel; then each pixel looks along its
/// row.  Two a column suffice: a third would be farther than both at every pixel of the row, so it could only be
/// second there in a tie, which leaves the distance as it is.
struct NearestCells {
  private let height, width: Int
  private let reach: Double
  /// For each pixel the two nearest cells of its column.
  private var columns: [TwoCells]

  /// A cell, 0 = none, and the square of its distance.
  private struct Cell {
    var id: Int32 = 0
    var square: Int32 = .max / 2
  }

  /// The nearest and the second nearest cell so far, which differ.
  private struct TwoCells {
    var first = Cell()
    var second = Cell()

    @inline(__always)
    mutating func offer(_ id: Int32, _ square: Int32) {
      if id == first.id {
        first.square = min(first.square, square)
      } else if square < first.square {
        (second, first) = (first, Cell(id: id, square: square))
      } else if square < second.square {
        second = Cell(id: id, square: square)
      }
    }

    @inline(__always)
    mutating func offer(_ cell: Seen, _ row: Int32, _ rowsInReach: Int32) {
      let rows = row - cell.row
      if cell.id != 0 && rows <= rowsInReach { offer(cell.id, rows * rows) }
    }
  }

  /// Looks at cells `[H, W]`, 0 = none, for pairs with d1 + d2 <= `reach`.
  init(_ ids: [Int32], height: Int, width: Int, within reach: Double) {
    // Squares are 32 bits wide; no picture's diagonal comes near the limit.
    (self.height, self.width, self.reach) = (height, width, min(reach, 30_000))
    columns = [TwoCells](repeating: TwoCells(), count: ids.count)
    ids.withUnsafeBufferPointer { ids in
      sweep(ids, rows: Array(0..<height))
      sweep(ids, rows: (0..<height).reversed())
    }
  }

  /// A cell of a column, 0 = none, and the row in which it was last seen, counted along the sweep.
  private struct Seen {
    var id: Int32 = 0
    var row: Int32 = 0
  }

  /// Carries the last two cells seen in each column along `rows`, and keeps what is nearer.
  private mutating func sweep(_ ids: UnsafeBufferPointer<Int32>, rows: [Int]) {
    var last = [Seen](repeating: Seen(), count: width)
    var previous = last
    let rowsInReach = Int32(reach) + 1
    columns.withUnsafeMutableBufferPointer { columns in
      for (row, y) in rows.enumerated() {
        let row = Int32(row)
        for x in 0..<width {
          let at = y * width + x
          let id = ids[at]
          if id != 0 {
            if id != last[x].id { previous[x] = last[x] }
            last[x] = Seen(id: id, row: row)
          }
          columns[at].offer(last[x], row, rowsInReach)
          columns[at].offer(previous[x], row, rowsInReach)
        }
      }
    }
  }

  /// Calls `body` with the pixel and its two distances, at the pixels wanted where both cells are in reach.
  func forEachPair(at wanted: [Bool], _ body: (Int, Double, Double) -> Void) {
    let farthest = Int32(reach * reach) + 1
    columns.withUnsafeBufferPointer { columns in
      for y in 0..<height {
        let row = UnsafeBufferPointer(rebasing: columns[y * width..<(y + 1) * width])
        for x in 0..<width where wanted[y * width + x] {
          let pair = nearest(x, in: row, farthest: farthest)
          guard pair.second.square < farthest else { continue }
          let d1 = Double(pair.first.square).squareRoot()
          let d2 = Double(pair.second.square).squareRoot()
          if d1 + d2 <= reach { body(y * width + x, d1, d2) }
        }
      }
    }
  }

  /// The two nearest cells of the pixel in column `x` of a row, as far as their squares are below `farthest`.
  private func nearest(_ x: Int, in row: UnsafeBufferPointer<TwoCells>, farthest: Int32) -> TwoCells {
    var pair = TwoCells()
    (pair.first.square, pair.second.square) = (farthest, farthest)
    var dx = 0
    while Int32(dx * dx) < pair.second.square {
      if x >= dx { look(row[x - dx], Int32(dx * dx), &pair) }
      if dx > 0 && x + dx < row.count { look(row[x + dx], Int32(dx * dx), &pair) }
      dx += 1
    }
    return pair
  }

  @inline(__always)
  private func look(_ column: TwoCells, _ across: Int32, _ pair: inout TwoCells) {
    guard column.first.id != 0 else { return }
    pair.offer(column.first.id, column.first.square + across)
    if column.second.id != 0 { pair.offer(column.second.id, column.second.square + across) }
  }
}
