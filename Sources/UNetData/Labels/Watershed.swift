import UNetNumerics

/// The regions of probabilities `[H, W]` above `seeds`, each grown over the region of a mask that it lies in, the most probable
/// pixels first (F. Meyer's flooding, 1994); a region of the mask without a seed stays whole.  Regions are 4-connected, and 0 lies
/// outside of them.
///
/// Pixels are taken by levels of probability, 2^-12 wide, of a level in the order in which they were reached, so the result is a
/// function of the probabilities alone.
package func watershed(
  of probabilities: [Float], from seeds: Double, over mask: [Int32], height: Int, width: Int
)
  -> [Int32]
{
  precondition(
    probabilities.count == mask.count, "\(probabilities.count) probabilities of \(mask.count) pixels")
  let isSeed = probabilities.indices.map { mask[$0] != 0 && isForeground(probabilities[$0], above: seeds) }
  let regions = connectedComponents(of: isSeed, height: height, width: width, connectivity: .four)
  var ids = regions.ids
  var flood = Flood(of: probabilities)
  for at in ids.indices where ids[at] != 0 { flood.add(at) }
  while let at = flood.next() {
    let (row, column) = (at / width, at % width)
    func reach(_ other: Int) {
      guard mask[other] != 0, ids[other] == 0 else { return }
      ids[other] = ids[at]
      flood.add(other)
    }
    if row > 0 { reach(at - width) }
    if column > 0 { reach(at - 1) }
    if column + 1 < width { reach(at + 1) }
    if row + 1 < height { reach(at + width) }
  }
  // What no seed has reached keeps the mask's regions, numbered behind the others.
  for at in ids.indices where mask[at] != 0 && ids[at] == 0 { ids[at] = Int32(regions.count) + mask[at] }
  return ids
}

/// Pixels that wait, by level of probability.
private struct Flood {
  private static let levels = 4096
  /// The pixels of each level in the order in which they came, and how many of them are gone.
  private var waiting = [[Int32]](repeating: [], count: levels), gone = [Int](repeating: 0, count: levels)
  private var level = levels - 1
  private let levelOf: [UInt16]

  init(of probabilities: [Float]) {
    levelOf = probabilities.map { UInt16(max(0, min(Float(Self.levels - 1), $0 * Float(Self.levels)))) }
  }

  /// Adds a pixel, at no higher a level than that which is flooded.
  mutating func add(_ pixel: Int) { waiting[min(level, Int(levelOf[pixel]))].append(Int32(pixel)) }

  /// The next pixel of the highest level.
  mutating func next() -> Int? {
    while level >= 0, gone[level] == waiting[level].count {
      waiting[level] = []
      level -= 1
    }
    guard level >= 0 else { return nil }
    gone[level] += 1
    return Int(waiting[level][gone[level] - 1])
  }
}
