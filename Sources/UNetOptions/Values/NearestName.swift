/// The name most like `name`: at most a third of its letters changed, or one a part of the other.
package func nearestName(to name: String, among names: [String]) -> String? {
  let distances = names.map { (name: $0, distance: editDistance(Array(name), Array($0))) }
  if let best = distances.min(by: { $0.distance < $1.distance }), 3 * best.distance <= max(name.count, 3) {
    return best.name
  }
  return names.first { name.count > 2 && (name.contains($0) || $0.contains(name)) }
}

/// The least number of letters added, removed, replaced or swapped with their neighbour (optimal string alignment).
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
