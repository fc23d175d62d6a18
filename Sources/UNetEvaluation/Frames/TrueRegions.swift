/// The pixels of each region of a truth, one region after the other; pixels of no region are left out.
struct TrueRegions: Sendable {
  /// Where the pixels of each region begin in `pixels`, and one end more.
  let starts: [Int]
  /// Places in the picture, ascending within a region.
  let pixels: [Int32]

  /// The regions of a picture of numbers, 0 and less for none; in the order in which they are first met.
  init(_ ids: [Int32]) {
    let (numbers, count) = renumbered(ids)
    var starts = [Int](repeating: 0, count: count + 1)
    for number in numbers where number > 0 { starts[Int(number)] += 1 }
    for region in 1..<max(1, starts.count) { starts[region] += starts[region - 1] }
    var next = starts
    var pixels = [Int32](repeating: 0, count: starts[count])
    for (at, number) in numbers.enumerated() where number > 0 {
      pixels[next[Int(number) - 1]] = Int32(at)
      next[Int(number) - 1] += 1
    }
    (self.starts, self.pixels) = (starts, pixels)
  }
}

/// The same regions numbered 1, 2 ... in the order in which they are first met; 0 for numbers of 0 and less.
func renumbered(_ ids: [Int32]) -> (ids: [Int32], count: Int) {
  var known: [Int32: Int32] = [:]
  // Numbers come in runs; a run costs one look-up.
  var last: (id: Int32, number: Int32) = (0, 0)
  let numbers = ids.map { id -> Int32 in
    guard id > 0 else { return 0 }
    if id != last.id {
      let number = known[id] ?? Int32(known.count + 1)
      known[id] = number
      last = (id, number)
    }
    return last.number
  }
  return (numbers, known.count)
}
