import UNetNumerics

/// How the regions of a proposal agree with those of a truth in one frame.
package struct PartitionAgreement: Equatable, Sendable {
  /// Over pairs of pixels.
  package var rand = RandCounts()
  /// In information.
  package var information = Information()

  /// Nothing compared.
  package init() {}

  /// Compares a truth with a proposal: the number of each pixel's region, 1 ... `count`, or 0 for background.
  init(_ truth: TrueRegions, _ proposal: [Int32], count: Int) {
    let pixels = truth.pixels.count
    guard pixels > 0 else { return }
    var (truths, proposals, joint) = (RegionSums(pixels), RegionSums(pixels), RegionSums(pixels))
    var areas = [Int](repeating: 0, count: count + 1)
    forEachRegion(of: truth, in: proposal, count: count) { area, overlaps in
      truths.add(area)
      for (region, overlap) in overlaps {
        areas[region] += overlap
        if region > 0 { joint.add(overlap) }
      }
    }
    for area in areas.dropFirst() where area > 0 { proposals.add(area) }
    // Each background pixel is a region of its own, in the proposal and in what both have in common.
    proposals.addSinglePixels(areas[0])
    joint.addSinglePixels(areas[0])
    rand.pairs = pixels * pixels
    rand.bothJoined = joint.squares
    rand.proposalJoined = proposals.squares - joint.squares
    rand.truthJoined = truths.squares - joint.squares
    information.truthEntropy = -truths.logarithms
    information.proposalEntropy = -proposals.logarithms
    information.mutual = max(0, joint.logarithms - truths.logarithms - proposals.logarithms)
  }
}

/// Calls `body` with the area of each region of the truth and the regions of the proposal in it: number, pixels.
private func forEachRegion(
  of truth: TrueRegions, in proposal: [Int32], count: Int, _ body: (Int, [(Int, Int)]) -> Void
) {
  var counts = [Int](repeating: 0, count: count + 1)
  for region in 0..<truth.starts.count - 1 {
    let range = truth.starts[region]..<truth.starts[region + 1]
    // Only the regions met are looked at and cleared, so the cost is the pixels' and not that of all pairs.
    var met: [Int] = []
    for at in truth.pixels[range] {
      let candidate = Int(proposal[Int(at)])
      if counts[candidate] == 0 { met.append(candidate) }
      counts[candidate] += 1
    }
    body(range.count, met.map { ($0, counts[$0]) })
    for candidate in met { counts[candidate] = 0 }
  }
}

/// What the scores are made of: sums over regions of their areas squared, and of p ln p for their shares p.
private struct RegionSums {
  private let pixels: Double
  private(set) var squares = 0
  private(set) var logarithms = 0.0

  init(_ pixels: Int) { self.pixels = Double(pixels) }

  mutating func add(_ area: Int) {
    let p = Double(area) / pixels
    squares += area * area
    logarithms += p * portableLog(p)
  }

  mutating func addSinglePixels(_ count: Int) {
    squares += count
    logarithms -= Double(count) / pixels * portableLog(pixels)
  }
}
