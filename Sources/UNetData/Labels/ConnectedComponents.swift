/// Which pixels touch.
package enum Connectivity: Sendable {
  /// Pixels that share an edge.
  case four
  /// Pixels that share an edge or a corner.
  case eight
}

/// Numbers the connected regions of a mask `[H, W]` from 1, in the order of their first pixels; 0 outside the mask.
package func connectedComponents(
  of mask: [Bool], height: Int, width: Int, connectivity: Connectivity = .four
) -> (ids: [Int32], count: Int) {
  connectedComponents(of: mask, outside: false, height: height, width: width, connectivity: connectivity)
}

/// Numbers the connected regions of equal numbers `[H, W]` from 1, in the order of their first pixels; 0 where the number
/// is `outside`.
package func connectedComponents<Number: Equatable>(
  of numbers: [Number], outside: Number, height: Int, width: Int, connectivity: Connectivity = .four
) -> (ids: [Int32], count: Int) {
  precondition(numbers.count == height * width, "\(numbers.count) numbers for \(height)×\(width)")
  var ids = [Int32](repeating: 0, count: numbers.count)
  var regions = ProvisionalNumbers()
  numbers.withUnsafeBufferPointer { numbers in
    ids.withUnsafeMutableBufferPointer { ids in
      for y in 0..<height {
        for x in 0..<width where numbers[y * width + x] != outside {
          let at = y * width + x
          func region(_ other: Int) -> Int32 { numbers[other] == numbers[at] ? ids[other] : 0 }
          let left = x > 0 ? region(at - 1) : 0
          let up = y > 0 ? region(at - width) : 0
          let upLeft = x > 0 && y > 0 ? region(at - width - 1) : 0
          switch connectivity {
          // With the pixel up and left, left and up are one already.
          case .four: ids[at] = regions.number(left, up, areOne: upLeft != 0)
          case .eight:
            // Up touches the three others.
            let upRight = y > 0 && x + 1 < width ? region(at - width + 1) : 0
            ids[at] = up != 0 ? up : regions.number(max(left, upLeft), upRight, areOne: false)
          }
        }
      }
      regions.settle(ids)
    }
  }
  return (ids, regions.count)
}

/// Numbers given to regions before it is known which of them are one.
private struct ProvisionalNumbers {
  private var sets = DisjointSets()
  private(set) var count = 0

  /// The number of a pixel that touches pixels with these numbers, 0 for none.
  mutating func number(_ a: Int32, _ b: Int32, areOne: Bool) -> Int32 {
    switch (a != 0, b != 0) {
    case (false, false): return sets.add()
    case (true, false): return a
    case (false, true): return b
    case (true, true):
      if a != b && !areOne { sets.join(a, b) }
      return a
    }
  }

  /// Replaces the numbers by those from 1.
  mutating func settle(_ ids: UnsafeMutableBufferPointer<Int32>) {
    var final = [Int32](repeating: 0, count: sets.count + 1)
    // A set's name is its smallest number, so it is met first.
    for id in final.indices.dropFirst() {
      let first = Int(sets.name(of: Int32(id)))
      if first == id { count += 1 }
      final[id] = first == id ? Int32(count) : final[first]
    }
    final.withUnsafeBufferPointer { final in
      for at in ids.indices { ids[at] = final[Int(ids[at])] }
    }
  }
}
