/// The borders of a proposal thinned to lines: its foreground regions grown by the watershed of the inverted binary map.
///
/// Vincent and Soille, "Watersheds in digital spaces", IEEE PAMI 13 (1991), in the form that the challenge's software
/// has: a flood that rises from the basins through the background pixels, four-connected, first in, first out.  A pixel
/// that touches two basins when its turn comes stays background.  Without any basin all pixels become one.
///
/// `basins` holds the number of each pixel's region in `grid`'s layout, 0 for background.  Gives the regions, and how many
/// there are.
func thinnedBorders(_ basins: [Int32], count: Int, in grid: Grid) -> (ids: [Int32], count: Int) {
  let pixels = (grid.columns - 2) * (grid.stride - 2)
  guard count > 0 else { return (grid.laid([Int32](repeating: 1, count: pixels), rim: 0), 1) }
  var ids = grid.laid([Int32](repeating: Flood.dry, count: pixels), rim: Flood.outside)
  for at in ids.indices where basins[at] > 0 { ids[at] = basins[at] }
  ids.withUnsafeMutableBufferPointer { ids in
    var flood = Flood(ids, ways: grid.four)
    flood.rise()
  }
  return (ids.map { max(0, $0) }, count)
}

/// A flood over basins with numbers from 1.
private struct Flood {
  /// A pixel that has had its turn and stays background.
  static let watershed: Int32 = 0
  /// A background pixel that the flood has not reached.
  static let dry: Int32 = -1
  /// A place on the rim, which it never reaches.
  static let outside: Int32 = -2
  /// A pixel that waits for its turn.
  static let reached: Int32 = -3

  private let ids: UnsafeMutableBufferPointer<Int32>
  private let ways: [Int]
  private var queue: [Int] = []

  /// A flood that has reached the pixels beside a basin.
  init(_ ids: UnsafeMutableBufferPointer<Int32>, ways: [Int]) {
    (self.ids, self.ways) = (ids, ways)
    for at in ids.indices where ids[at] == Flood.dry {
      if ways.contains(where: { ids[at + $0] > 0 }) { reach(at) }
    }
  }

  private mutating func reach(_ at: Int) {
    ids[at] = Flood.reached
    queue.append(at)
  }

  mutating func rise() {
    var next = 0
    while next < queue.count {
      settle(queue[next])
      next += 1
    }
  }

  /// Gives a pixel to the basin that it touches, or leaves it background between two; reaches its dry neighbours.
  private mutating func settle(_ at: Int) {
    // Left background because a neighbour was: a basin may still claim it.
    var isOpen = false
    for way in ways {
      let id = ids[at + way]
      if id > 0 {
        if ids[at] == Flood.reached || isOpen {
          (ids[at], isOpen) = (id, false)
        } else if ids[at] > 0 && ids[at] != id {
          ids[at] = Flood.watershed
        }
      } else if id == Flood.watershed {
        if ids[at] == Flood.reached { (ids[at], isOpen) = (Flood.watershed, true) }
      } else if id == Flood.dry {
        reach(at + way)
      }
    }
  }
}
