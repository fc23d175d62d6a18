import UNetImages

/// Whole numbers for every pixel, `[H, W]`: ids of cells (0 = none) or classes.
package struct LabelMap: Sendable, Equatable {
  /// Rows and columns.
  package let height: Int, width: Int
  /// The id or class of each pixel.
  package var ids: [Int32]

  /// A map of `height * width` numbers.
  package init(height: Int, width: Int, ids: [Int32]) {
    precondition(ids.count == height * width, "\(ids.count) labels for \(height)×\(width)")
    (self.height, self.width, self.ids) = (height, width, ids)
  }

  /// What labels say of each pixel: of membranes and instances its cell, 0 = none; of classes its class, -1 where it is
  /// unknown.
  package init(_ labels: LabelImage, kind: LabelKind, border: Border = .zero) {
    let ids: [Int32]
    switch kind {
    case .membranes:
      let cells = labels.numbers.map(border.isCell)
      ids = connectedComponents(of: cells, height: labels.height, width: labels.width).ids
    case .instances: ids = labels.signedNumbers
    case .classes: ids = labels.numbers.map { kind.isKnown($0) ? Int32(clamping: $0) : -1 }
    }
    self.init(height: labels.height, width: labels.width, ids: ids)
  }

  /// Cells parted by at least `gap` pixels of background, where touching or nearer than that.
  ///
  /// Afterwards any two pixels of different cells are more than `gap` rows or columns apart.  The border is taken
  /// in `gap` rounds: in the first, pixels next to a cell of a smaller number become background; in the second,
  /// pixels within 2 of a cell of a larger number; and so on by turns, so that cells lose evenly.
  package func parted(gap: Int) -> LabelMap {
    var map = self
    for reach in stride(from: 1, through: gap, by: 1) {
      map = map.eroded(reach: reach, larger: reach % 2 == 1)
    }
    return map
  }

  /// Turns into background the pixels within `reach` of another cell; of a pair only the larger or smaller number.
  private func eroded(reach: Int, larger: Bool) -> LabelMap {
    // The least number around a pixel, the greatest where signs are changed; around the map, and outside of cells, none.
    let (side, none) = (width + 2 * reach, Int32.max)
    var plane = [Int32](repeating: none, count: (height + 2 * reach) * side)
    func signed(_ id: Int32) -> Int32 { larger ? id : -id }
    for y in 0..<height {
      for x in 0..<width where ids[y * width + x] != 0 {
        plane[(y + reach) * side + x + reach] = signed(ids[y * width + x])
      }
    }
    plane.takeLeast(of: 2 * reach + 1, step: 1)
    plane.takeLeast(of: 2 * reach + 1, step: side)
    var map = self
    for y in 0..<height {
      for x in 0..<width where ids[y * width + x] != 0 {
        if plane[y * side + x] < signed(ids[y * width + x]) { map.ids[y * width + x] = 0 }
      }
    }
    return map
  }
}

extension [Int32] {
  /// Makes each element the least of itself and those that follow, `count` in all and `step` apart, by doubling how many are
  /// seen; the last ones see fewer.
  fileprivate mutating func takeLeast(of count: Int, step: Int) {
    func fold(_ distance: Int) {
      for at in 0..<Swift.max(0, self.count - distance) {
        self[at] = Swift.min(self[at], self[at + distance])
      }
    }
    var seen = 1
    while 2 * seen <= count {
      fold(seen * step)
      seen *= 2
    }
    if seen < count { fold((count - seen) * step) }
  }
}

extension Border {
  /// Whether a pixel of labels of membranes is in a cell.
  package func isCell(_ number: UInt32) -> Bool { (number == 0) == (self == .other) }
}

extension LabelImage {
  /// The whole numbers of a grey picture, such as one made by `Synthetic`.
  package init(_ picture: Image) {
    self.init(height: picture.height, width: picture.width, numbers: picture.pixels.map { UInt32($0) })
  }

  /// The numbers as they are, or, where one is beyond 2^31 - 1, counted from 1 in their order; different ones stay so.
  fileprivate var signedNumbers: [Int32] {
    guard let largest = numbers.max(), largest > Int32.max else { return numbers.map(Int32.init) }
    let order = Set(numbers).subtracting([0]).sorted().enumerated()
    let counted = Dictionary(uniqueKeysWithValues: order.map { ($1, Int32($0 + 1)) })
    return numbers.map { counted[$0] ?? 0 }
  }
}
