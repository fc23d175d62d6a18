/// The surroundings of a pixel, in which foreground is looked at as if that pixel were background.
struct Surroundings {
  private let foreground: [Bool]
  private let grid: Grid
  private let radius: Int
  private let ring, four: [Int]
  /// The last pixel whose flood came by.
  private var visited: [Int32]
  private var queue: [Int] = []

  /// Windows of `radius` pixels to each side, beyond which all is background.
  init(_ foreground: [Bool], in grid: Grid, radius: Int) {
    (self.foreground, self.grid, self.radius) = (foreground, grid, radius)
    (ring, four) = (grid.ring, grid.four)
    visited = [Int32](repeating: -1, count: foreground.count)
  }

  /// Whether the foreground neighbours of the pixel `centre` are of several regions of the window once it is background.
  mutating func parts(_ centre: Int) -> Bool {
    var bits = 0
    for place in 0..<8 where foreground[centre + ring[place]] { bits |= 1 << place }
    // Joined by the neighbours themselves: the common case.
    guard Neighbourhood.foregroundComponents[bits] > 1 else { return false }
    let neighbours = ring.map { centre + $0 }.filter { foreground[$0] }
    let (column, row) = (centre / grid.stride, centre % grid.stride)
    let stamp = Int32(centre)
    visited[centre] = stamp
    visited[neighbours[0]] = stamp
    queue = [neighbours[0]]
    // Ends as soon as one region has all the neighbours.
    var missing = neighbours.count - 1
    while let at = queue.popLast() {
      for way in four {
        let next = at + way
        guard foreground[next], visited[next] != stamp, abs(next / grid.stride - column) <= radius,
          abs(next % grid.stride - row) <= radius
        else { continue }
        visited[next] = stamp
        queue.append(next)
        if neighbours.contains(next) { missing -= 1 }
        if missing == 0 { return false }
      }
    }
    return true
  }
}
