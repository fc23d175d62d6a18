import UNetImages

/// The two classes of a page of 0 and one other number: how large, how thick, and in how many regions each is.
struct MaskClasses: Sendable {
  /// What is known about a class.
  struct Extent: Sendable {
    var pixels = 0
    /// The sum over its pixels of the steps, along rows and columns, to the nearest of the other class.
    var depth = 0
    /// 4-connected regions of at least `smallest` pixels.
    var regions = 0
    /// Pages on which nearly all of it is one region, and the other class at least four that count: a sheet with holes.
    var sheets = 0

    /// The mean of the steps.
    var thickness: Double { Double(depth) / Double(max(pixels, 1)) }
  }

  /// Pixels of a region that counts.
  private static let smallest = 16

  /// 0, and the other number.
  private(set) var zero = Extent(), other = Extent()
  /// Pages that have both.
  private(set) var pages = 0

  /// Of no page.
  init() {}

  /// Nil for pages of more numbers, or of one class.
  init?(_ labels: LabelImage) {
    guard let other = labels.numbers.first(where: { $0 != 0 }),
      labels.numbers.contains(0), labels.numbers.allSatisfy({ $0 == 0 || $0 == other })
    else { return nil }
    let mask = labels.numbers.map { $0 != 0 }
    let depths = Self.depths(mask, labels.height, labels.width)
    for at in mask.indices {
      if mask[at] { self.other.add(depth: depths[at]) } else { zero.add(depth: depths[at]) }
    }
    let (others, zeros) = (Self.areas(mask, labels), Self.areas(mask.map { !$0 }, labels))
    self.other.regions = others.count { $0 >= Self.smallest }
    zero.regions = zeros.count { $0 >= Self.smallest }
    // Cells at the edge of the image may cut slivers off.
    self.other.sheets = 10 * (others.max() ?? 0) >= 9 * self.other.pixels && zero.regions >= 4 ? 1 : 0
    zero.sheets = 10 * (zeros.max() ?? 0) >= 9 * zero.pixels && self.other.regions >= 4 ? 1 : 0
    pages = 1
  }

  /// Adds another page.
  mutating func add(_ page: MaskClasses) {
    zero.add(page.zero)
    other.add(page.other)
    pages += page.pages
  }

  /// The pixels of each region.
  private static func areas(_ mask: [Bool], _ labels: LabelImage) -> [Int] {
    let (ids, count) = connectedComponents(of: mask, height: labels.height, width: labels.width)
    var areas = [Int](repeating: 0, count: count + 1)
    for id in ids { areas[Int(id)] += 1 }
    return Array(areas.dropFirst())
  }

  /// The steps from each pixel to the nearest of the other class: once from the upper left, once from the lower right.
  private static func depths(_ mask: [Bool], _ height: Int, _ width: Int) -> [UInt16] {
    var depths = [UInt16](repeating: .max, count: mask.count)
    func step(_ at: Int, _ from: Int) {
      depths[at] = min(depths[at], mask[at] == mask[from] ? max(depths[from], depths[from] &+ 1) : 1)
    }
    for at in mask.indices {
      if at % width > 0 { step(at, at - 1) }
      if at >= width { step(at, at - width) }
    }
    for at in mask.indices.reversed() {
      if at % width < width - 1 { step(at, at + 1) }
      if at + width < mask.count { step(at, at + width) }
    }
    return depths
  }
}

extension MaskClasses.Extent {
  mutating func add(depth: UInt16) {
    pixels += 1
    self.depth += Int(depth)
  }

  mutating func add(_ other: Self) {
    pixels += other.pixels
    depth += other.depth
    regions += other.regions
    sheets += other.sheets
  }
}
