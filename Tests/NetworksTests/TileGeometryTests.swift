import Testing
import UNetNetworks

/// The sides after each convolution pair, pooling and up-convolution, one by one; nil where one is impossible.
private func outputByHand(_ side: Int, levels: Int) -> Int? {
  var side = side
  for level in 0..<levels {
    side -= 4
    guard side > 0 else { return nil }
    guard level < levels - 1 else { break }
    guard side % 2 == 0 else { return nil }
    side /= 2
  }
  for _ in 1..<levels {
    side = 2 * side - 4
    guard side > 0 else { return nil }
  }
  return side
}

@Test(arguments: 2...7)
func theOutputEqualsThatOfGoingThroughTheNetwork(levels: Int) {
  for side in -2...1000 {
    #expect(
      TileGeometry.output(of: side, levels: levels) == outputByHand(side, levels: levels), "side \(side)")
  }
}

@Test func thePapersTileGivesItsOutput() { #expect(TileGeometry.output(of: 572, levels: 5) == 388) }

@Test(arguments: 2...6)
func theNearestFittingSidesFitAndNoneLiesBetween(levels: Int) {
  for side in 1...600 {
    let (below, above) = TileGeometry.nearestFitting(side, levels: levels)
    #expect(above > side && outputByHand(above, levels: levels) != nil)
    #expect(below.map { $0 < side && outputByHand($0, levels: levels) != nil } ?? true)
    for between in (below ?? 0) + 1..<above where between != side {
      #expect(outputByHand(between, levels: levels) == nil)
    }
    let nearest = UNet(levels: levels).nearestTile(to: side)
    #expect(outputByHand(nearest, levels: levels) != nil)
  }
}
