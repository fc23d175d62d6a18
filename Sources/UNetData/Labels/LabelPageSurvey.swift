import UNetImages

/// What the numbers of one page of labels look like.
struct LabelPageSurvey: Sendable {
  /// What is counted of each number but 0.
  struct Extent: Sendable {
    /// Pixels, and those of them that lie as a step between a smaller and a greater number: beside both, and in no square
    /// of four equal ones.
    var pixels = 0, steps = 0
    /// Connected regions, across edges and corners, and those of them that lie within another or between two: as the
    /// levels of a slope do, and cells do not.
    var regions = 0, nested = 0
  }

  /// Two numbers side by side, neither of them 0.
  struct Meeting: Sendable {
    let row: Int, column: Int
    let numbers: (UInt32, UInt32)
  }

  /// The file, and the page in it, from 0.
  let file: String, page: Int
  /// Every number but 0.
  private(set) var extents: [UInt32: Extent] = [:]
  /// Whether any pixel is 0.
  private(set) var hasZero = false
  /// The first place where two numbers meet.
  private(set) var meeting: Meeting?
  /// Pixels side by side of which neither is 0, and those of equal numbers.
  private(set) var pairs = 0, equalPairs = 0
  /// The two classes of a page of 0 and one other number.
  let classes: MaskClasses?

  init(_ labels: LabelImage, file: String, page: Int) {
    (self.file, self.page) = (file, page)
    classes = MaskClasses(labels)
    countPixels(labels)
    countRegions(labels)
  }

  private mutating func countPixels(_ labels: LabelImage) {
    let (height, width) = (labels.height, labels.width)
    labels.numbers.withUnsafeBufferPointer { numbers in
      for y in 0..<height {
        for x in 0..<width {
          let at = y * width + x
          let number = numbers[at]
          guard number != 0 else {
            hasZero = true
            continue
          }
          if x > 0 { compare(numbers[at - 1], number, y, x) }
          if y > 0, meeting == nil, numbers[at - width] != 0, numbers[at - width] != number {
            meeting = Meeting(row: y, column: x, numbers: (numbers[at - width], number))
          }
        }
      }
    }
  }

  private mutating func compare(_ left: UInt32, _ number: UInt32, _ y: Int, _ x: Int) {
    guard left != 0 else { return }
    pairs += 1
    if left == number {
      equalPairs += 1
    } else if meeting == nil {
      meeting = Meeting(row: y, column: x, numbers: (left, number))
    }
  }

  private mutating func countRegions(_ labels: LabelImage) {
    let (height, width) = (labels.height, labels.width)
    let regions = connectedComponents(
      of: labels.numbers, outside: 0, height: height, width: width, connectivity: .eight)
    var numbers = [UInt32](repeating: 0, count: regions.count + 1)
    var counts = [Extent](repeating: Extent(pixels: 0, steps: 0, regions: 1), count: regions.count + 1)
    for (at, region) in regions.ids.enumerated() where region != 0 {
      numbers[Int(region)] = labels.numbers[at]
      counts[Int(region)].pixels += 1
      if meeting != nil || !hasZero, isStep(labels, at) { counts[Int(region)].steps += 1 }
    }
    if meeting != nil {
      for (at, isNested) in nested(regions.ids, regions.count, labels).enumerated() where isNested {
        counts[at].nested = 1
      }
    }
    for (number, count) in zip(numbers, counts).dropFirst() { extents[number, default: Extent()].add(count) }
  }

  /// Which regions touch neither 0 nor the image's edge, and one or two others alone.
  private func nested(_ ids: [Int32], _ count: Int, _ labels: LabelImage) -> [Bool] {
    var isOpen = [Bool](repeating: false, count: count + 1)
    var others = [(Int32, Int32)](repeating: (0, 0), count: count + 1)
    func touch(_ region: Int32, _ other: Int32) {
      let at = Int(region)
      guard region != 0, !isOpen[at] else { return }
      let known = others[at]
      if other == 0 || known.0 != 0 && known.1 != 0 && known.0 != other && known.1 != other {
        isOpen[at] = true
      } else if known.0 == 0 {
        others[at].0 = other
      } else if known.0 != other {
        others[at].1 = other
      }
    }
    func meet(_ a: Int32, _ b: Int32) {
      touch(a, b)
      touch(b, a)
    }
    let (height, width) = (labels.height, labels.width)
    for at in ids.indices {
      let (y, x) = (at / width, at % width)
      if y == 0 || x == 0 || y == height - 1 || x == width - 1 { isOpen[Int(ids[at])] = true }
      if x > 0, ids[at - 1] != ids[at] { meet(ids[at - 1], ids[at]) }
      if y > 0, ids[at - width] != ids[at] { meet(ids[at - width], ids[at]) }
    }
    return zip(isOpen, others).map { !$0 && $1.0 != 0 }
  }

  /// Whether a pixel is one of a slope: beside a smaller and a greater number, and in no square of equal ones.
  private func isStep(_ labels: LabelImage, _ at: Int) -> Bool {
    let (y, x, number, width) = (at / labels.width, at % labels.width, labels.numbers[at], labels.width)
    // Inside a region, where most pixels are.
    if y > 0, x > 0, labels.numbers[at - 1] == number, labels.numbers[at - width] == number,
      labels.numbers[at - width - 1] == number
    {
      return false
    }
    var (isAboveOne, isBelowOne) = (false, false)
    func value(_ row: Int, _ column: Int) -> UInt32? {
      guard 0..<labels.height ~= row, 0..<labels.width ~= column else { return nil }
      return labels.numbers[row * labels.width + column]
    }
    for row in y - 1...y + 1 {
      for column in x - 1...x + 1 {
        guard let other = value(row, column) else { continue }
        isAboveOne = isAboveOne || other < number
        isBelowOne = isBelowOne || other > number
      }
    }
    guard isAboveOne, isBelowOne else { return false }
    for row in [y - 1, y + 1] where value(row, x) == number {
      for column in [x - 1, x + 1] where value(y, column) == number && value(row, column) == number {
        return false
      }
    }
    return true
  }
}

extension LabelPageSurvey.Extent {
  mutating func add(_ other: Self) {
    pixels += other.pixels
    steps += other.steps
    regions += other.regions
    nested += other.nested
  }
}
