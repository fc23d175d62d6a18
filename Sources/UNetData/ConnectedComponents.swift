/// Which pixels touch.
public enum Connectivity: Sendable {
  /// Pixels that share an edge.
  case four
  /// Pixels that share an edge or a corner.
  case eight
}

/// Numbers the connected regions of a mask `[H, W]` from 1, in the order of their first pixels; 0 outside the mask.
public func connectedComponents(
  of mask: [Bool], height: Int, width: Int, connectivity: Connectivity = .four
) -> (ids: [Int32], count: Int) {
  precondition(mask.count == height * width, "a mask of \(mask.count) for \(height)×\(width)")
  var ids = [Int32](repeating: 0, count: mask.count)
  // Provisional numbers; `parent` leads from each to the smallest of its region.
  var parent: [Int32] = [0]
  for y in 0..<height {
    for x in 0..<width where mask[y * width + x] {
      var id: Int32 = 0
      func join(_ dy: Int, _ dx: Int) {
        guard y + dy >= 0, x + dx >= 0, x + dx < width else { return }
        let neighbour = ids[(y + dy) * width + x + dx]
        if neighbour != 0 { id = id == 0 ? root(neighbour, &parent) : union(id, neighbour, &parent) }
      }
      join(0, -1)
      join(-1, 0)
      if connectivity == .eight {
        join(-1, -1)
        join(-1, 1)
      }
      if id == 0 {
        id = Int32(parent.count)
        parent.append(id)
      }
      ids[y * width + x] = id
    }
  }
  return renumbered(ids, &parent)
}

private func root(_ id: Int32, _ parent: inout [Int32]) -> Int32 {
  var id = id
  while parent[Int(id)] != id {
    parent[Int(id)] = parent[Int(parent[Int(id)])]
    id = parent[Int(id)]
  }
  return id
}

private func union(_ a: Int32, _ b: Int32, _ parent: inout [Int32]) -> Int32 {
  let (a, b) = (root(a, &parent), root(b, &parent))
  parent[Int(max(a, b))] = min(a, b)
  return min(a, b)
}

private func renumbered(_ ids: [Int32], _ parent: inout [Int32]) -> (ids: [Int32], count: Int) {
  var final = [Int32](repeating: 0, count: parent.count)
  var count: Int32 = 0
  // Parents are smaller than their children, so they are numbered first.
  for id in parent.indices.dropFirst() {
    let first = Int(root(Int32(id), &parent))
    if first == id { count += 1 }
    final[id] = first == id ? count : final[first]
  }
  return (ids.map { final[Int($0)] }, Int(count))
}
