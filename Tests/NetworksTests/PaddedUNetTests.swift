import Testing
import UNetGraph
import UNetNetworks

/// The scores of a tile are as many as its pixels, at every depth and for the least tile too.
@Test(arguments: 2...5) func scoresAreAsLargeAsTheImage(levels: Int) throws {
  let network = PaddedUNet(levels: levels, width: 2, classes: 3)
  let least = network.nearestTile(to: 1)
  for side in [least, least + network.grid] {
    var graph = Graph()
    let image = graph.value([1, side, side, 2])
    #expect(try network(image, in: &graph).shape == [1, side, side, 3])
    #expect(network.output(of: side) == side)
  }
}

/// Tensors of a model have the names and shapes of the U-Net's.
@Test func parametersAreTheUNets() throws {
  func parameters(_ network: some SegmentationNetwork, side: Int) throws -> [String] {
    var graph = Graph()
    _ = try network(graph.value([1, side, side, 1]), in: &graph)
    return graph.parameters.map { "\($0.name) \($0.value.shape)" }
  }
  #expect(
    try parameters(PaddedUNet(levels: 3, width: 4), side: 60)
      == parameters(UNet(levels: 3, width: 4), side: 60))
}

/// Whatever is changed at a tile's border, scores inside the margins stay: no zero of a border has a part in them.
@Test(arguments: 2...6) func theMarginHoldsTheReachOfAScore(levels: Int) {
  let network = PaddedUNet(levels: levels)
  // The first pixel that the score of the first pixel inside the margin is made of, level by level.
  var first = network.margin
  for _ in 1..<levels { first = Int((Double(first - 2) / 2).rounded(.down)) }
  first -= 2
  for _ in 1..<levels { first = 2 * first - 2 }
  #expect(first >= 0)
}

@Test(arguments: [
  (
    570,
    "tile 570 does not fit 5 levels, padded: no multiple of 16; the nearest sides that fit are 560 and 576"
  ),
  (
    192,
    "tile 192 does not fit 5 levels, padded: its margins of 96 leave too little; the least side that fits is 208"
  ),
])
func aTileThatDoesNotFitIsRefused(side: Int, message: String) {
  let error = #expect(throws: TileError.self) { try PaddedUNet().check(tile: side) }
  #expect(error?.description == message)
}
