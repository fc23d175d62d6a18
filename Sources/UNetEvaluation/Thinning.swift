/// The borders of a proposal thinned to lines: its white regions grown by the watershed of the inverted binary map.
///
/// Vincent and Soille, "Watersheds in digital spaces", IEEE PAMI 13 (1991): a flood that rises from the basins
/// through the black pixels in the order of their distance, four-connected, first in first out.  A black pixel that
/// two basins reach at the same distance stays black.  Without any basin all of it becomes one.
///
/// - Parameter basins: the number of each pixel's region in `grid`'s layout, 0 for black.
/// - Returns: the regions, and how many there are.
func thinned(_ basins: [Int32], count: Int, in grid: Grid) -> (ids: [Int32], count: Int) {
  var ids = basins
  let inside = grid.laid([Bool](repeating: true, count: (grid.columns - 2) * (grid.stride - 2)), rim: false)
  guard count > 0 else { return (inside.map { $0 ? 1 : 0 }, 1) }
  for at in ids.indices where ids[at] == 0 { ids[at] = inside[at] ? Flood.dry : Flood.outside }
  var flood = Flood(ids, in: grid)
  flood.rise()
  return (flood.ids.map { max(0, $0) }, count)
}

private struct Flood {
  /// A black pixel that the flood has not reached.
  static let dry: Int32 = -1
  /// A place on the rim, which it never reaches.
  static let outside: Int32 = -2
  /// A black pixel that stays black.
  static let watershed: Int32 = 0

  private(set) var ids: [Int32]
  /// The distance at which a black pixel was reached; 0 where dry, and in basins.
  private var distance: [Int32]
  /// Pixels reached, in order.
  private var queue: [Int32] = []
  private let four: (Int, Int, Int, Int)

  init(_ ids: [Int32], in grid: Grid) {
    self.ids = ids
    distance = [Int32](repeating: 0, count: ids.count)
    let ways = grid.four
    four = (ways[0], ways[1], ways[2], ways[3])
    for at in ids.indices where ids[at] == Flood.dry {
      let touches =
        ids[at + four.0] > 0 || ids[at + four.1] > 0 || ids[at + four.2] > 0 || ids[at + four.3] > 0
      if touches {
        distance[at] = 1
        queue.append(Int32(at))
      }
    }
  }

  mutating func rise() {
    var next = 0
    while next < queue.count {
      let at = Int(queue[next])
      next += 1
      let level = distance[at]
      visit(at, at + four.0, level)
      visit(at, at + four.1, level)
      visit(at, at + four.2, level)
      visit(at, at + four.3, level)
    }
  }

  /// Lets a neighbour of the pixel `at`, which is reached at distance `level`, decide its basin, or reaches it.
  private mutating func visit(_ at: Int, _ neighbour: Int, _ level: Int32) {
    let id = ids[neighbour]
    if id >= 0 && distance[neighbour] < level {
      if id > 0 {
        // As published: a basin claims even a pixel that two others left black.
        ids[at] = ids[at] == Flood.dry || ids[at] == Flood.watershed || ids[at] == id ? id : Flood.watershed
      } else if ids[at] == Flood.dry {
        ids[at] = Flood.watershed
      }
    } else if id == Flood.dry && distance[neighbour] == 0 {
      distance[neighbour] = level + 1
      queue.append(Int32(neighbour))
    }
  }
}
