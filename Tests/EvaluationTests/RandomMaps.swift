import UNetNumerics

/// A map of whole numbers, drawn at random: the same for the same number.
struct RandomMap {
  let width: Int, height: Int
  let numbers: [Int32]

  /// How the numbers lie.
  enum Shape: CaseIterable { case cells, noise, sparse, blocks }

  /// A map of numbers from 0 to `highest`; its shape and size follow from `number`.
  init(_ number: Int, highest: Int = 9) {
    let stream = RandomStream(seed: 10, stream: 0x1A95)
    func draw(_ bound: Int, _ index: Int) -> Int { stream.integer(below: bound, step: number, index: index) }
    let sizes = [(1, 1), (7, 1), (1, 6), (5, 4), (13, 9), (24, 17), (31, 40)]
    (width, height) = sizes[number % sizes.count]
    let (width, pixels) = (width, width * height)
    let shape = Shape.allCases[draw(Shape.allCases.count, 0)]
    let seeds = (0..<highest).map {
      (draw(width, 2 * $0 + 1), draw(sizes[number % sizes.count].1, 2 * $0 + 2))
    }
    numbers = (0..<pixels).map { at in
      let (x, y) = (at % width, at / width)
      switch shape {
      case .cells:
        // The nearest of some places, with gaps where the second is almost as near.
        let near = seeds.indices.map { at in
          let (a, b) = (x - seeds[at].0, y - seeds[at].1)
          return (distance: a * a + b * b, number: at + 1)
        }.sorted { ($0.distance, $0.number) < ($1.distance, $1.number) }
        return near.count > 1 && near[1].distance - near[0].distance < 6 ? 0 : Int32(near[0].number)
      case .noise: return Int32(draw(highest + 1, 100 + at))
      case .sparse: return draw(12, 100 + at) == 0 ? Int32(1 + draw(highest, 5000 + at)) : 0
      case .blocks: return Int32((x / 4 + 3 * (y / 3) + draw(2, 0)) % (highest + 1))
      }
    }
  }

  private init(_ map: RandomMap, _ numbers: [Int32]) {
    (width, height, self.numbers) = (map.width, map.height, numbers)
  }

  /// The map with other numbers.
  func map(_ change: (Int32) -> Int32) -> RandomMap { RandomMap(self, numbers.map(change)) }

  /// The map with each number at its place changed.
  func enumerated(_ change: (Int, Int32) -> Int32) -> RandomMap {
    RandomMap(self, numbers.enumerated().map { change($0.offset, $0.element) })
  }
}
