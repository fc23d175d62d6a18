import Testing
import UNetGraph
import UNetNetworks
import UNetNumerics

private func build(_ network: SlidingWindow, side: Int) throws -> (Graph, Value) {
  var graph = Graph(training: true)
  let image = graph.value([1, side, side, 1])
  let logits = try network(image, in: &graph)
  return (graph, logits)
}

/// Ciresan et al. 2012, network N4, with one input map.
@Test func theWindowShrinksAsInTheNetworkN4() throws {
  let (graph, logits) = try build(SlidingWindow(), side: 95)
  let layers = graph.operations.map { $0.writes[0].shape.extents }
  #expect(layers.map { $0[1] } == [92, 46, 42, 21, 18, 9, 6, 3, 1, 1])
  #expect(layers.map { $0[3] } == [48, 48, 48, 48, 48, 48, 48, 48, 200, 2])
  #expect(logits.shape == [1, 1, 1, 2])
}

/// 4·4·48+48, 5·5·48·48+48, twice 4·4·48·48+48, 3·3·48·200+200, 200·2+2.
@Test func theNetworkN4HasItsParametersUnderTheirNames() throws {
  let (graph, _) = try build(SlidingWindow(), side: 95)
  let names = ["conv1", "conv2", "conv3", "conv4", "dense", "head"]
  #expect(graph.parameters.map(\.name) == names.flatMap { ["\($0).weight", "\($0).bias"] })
  let count = graph.parameters.map(\.value.shape.count).reduce(0, +)
  #expect(count == 816 + 57_648 + 2 * 36_912 + 86_600 + 402)
}

@Test func onlyTilesOfWholeStridesBeyondAWindowFit() throws {
  let network = SlidingWindow(width: 2)
  for side in 1...330 {
    let output = side >= 95 && (side - 95) % 16 == 0 ? (side - 95) / 16 + 1 : nil
    #expect(network.output(of: side) == output)
    #expect(((try? network.check(tile: side)) != nil) == (output != nil))
    #expect((try? build(network, side: side).1.shape[1]) == output)
    let (below, above) = network.nearestTiles(side)
    #expect(above > side && network.output(of: above) != nil)
    #expect(below.map { $0 < side && network.output(of: $0) != nil } ?? (side <= 95))
    #expect(((below ?? 94) + 1..<above).allSatisfy { $0 == side || network.output(of: $0) == nil })
  }
}

/// A window's middle is 47 pixels in; the scores of a tile lie 16 apart from the first to the last, 47 from the border.
@Test(arguments: [95, 111, 303])
func theScoresLieInTheMiddleOfTheTile(side: Int) throws {
  let network = SlidingWindow()
  let output = try #require(network.output(of: side))
  #expect(network.extent(of: output) + 2 * 47 == side)
}

/// Every pixel of a square of 256 belongs to one fragment.
@Test func fragmentsCoverEveryPixelOnce() {
  let offsets = (0..<256).map { SlidingWindow().offset(of: $0) }
  #expect(Set(offsets.map { 16 * $0.row + $0.column }) == Set(0..<256))
  #expect(UNet().offset(of: 0) == (0, 0))
  // The first pooling's digit has the unit 1, the last one's 8.
  #expect(SlidingWindow().offset(of: 64) == (0, 1))
  #expect(SlidingWindow().offset(of: 2) == (8, 0))
}

@Test func fragmentsOfATileHaveItsScoresEach() throws {
  var graph = Graph()
  let image = graph.value([1, 94 + 16 * 3, 94 + 16 * 3, 1])
  #expect(try SlidingWindow().everyPixel(image, in: &graph).shape == [256, 3, 3, 2])
}

@Test func anEvenSideCannotBePooledInFragments() {
  var graph = Graph()
  let x = graph.value([1, 6, 7, 1])
  #expect(throws: ShapeError.self) { try graph.maxPoolFragments(x) }
}
