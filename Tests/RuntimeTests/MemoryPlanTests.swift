import Testing
import UNetGraph
import UNetNetworks
import UNetRuntime

private func trainingGraph(levels: Int, width: Int, side: Int) throws -> (Graph, kept: Set<Value>) {
  var graph = Graph(training: true)
  let image = graph.value([1, side, side, 1])
  let logits = try UNet(levels: levels, width: width)(image, in: &graph)
  let pixels = graph.value([1, logits.shape[1], logits.shape[2]])
  let weights = graph.value(pixels.shape)
  let (loss, dlogits) = try graph.softmaxCrossEntropy(logits, labels: pixels, weights: weights)
  graph.appendUpdates(by: try graph.differentiate(logits, given: dlogits))
  return (graph, [loss])
}

extension MemoryPlan.Place {
  fileprivate func overlaps(_ other: MemoryPlan.Place) -> Bool {
    arena == other.arena && offset < other.offset + other.count && other.offset < offset + count
  }
}

/// When an operation reads a value, nothing has been written to its place since the value was, in this run or the last.
@Test(arguments: [(2, 4, 32, 1 << 20), (3, 8, 60, 1 << 20), (3, 8, 60, 30_000), (5, 64, 572, 1 << 40)])
func noValueIsOverwrittenBeforeItsLastReader(levels: Int, width: Int, side: Int, largest: Int) throws {
  let (graph, kept) = try trainingGraph(levels: levels, width: width, side: side)
  let plan = MemoryPlan(graph, keeping: kept, largest: largest)
  var intact: Set<Value> = []
  func write(_ value: Value) throws {
    guard !graph.parameters.contains(where: { $0.value == value }) else { return }
    let place = try #require(plan.places[value])
    intact = intact.filter { plan.places[$0]?.overlaps(place) == false }
    intact.insert(value)
  }
  let written = Set(graph.operations.flatMap(\.writes))
  for value in plan.places.keys where !written.contains(value) { try write(value) }
  for value in graph.firstMoments { try write(value) }
  for _ in 0..<2 {
    for operation in graph.operations {
      for value in operation.reads where plan.places[value] != nil {
        #expect(intact.contains(value), "\(operation) reads \(value)")
      }
      for value in operation.writes { try write(value) }
    }
    #expect(kept.isSubset(of: intact))
  }
}

@Test func parametersHaveNoPlaceAndAllOthersHave() throws {
  let (graph, kept) = try trainingGraph(levels: 3, width: 8, side: 60)
  let plan = MemoryPlan(graph, keeping: kept)
  let parameters = Set(graph.parameters.map(\.value))
  #expect(
    Set(plan.places.keys) == Set(graph.operations.flatMap { $0.reads + $0.writes }).subtracting(parameters))
}

/// Places lie in their arenas at aligned offsets; an arena is as large as what is in it and no larger than allowed, unless
/// for a single value.
@Test(arguments: [10_000, 30_000, 1 << 40])
func arenasHoldTheirPlaces(largest: Int) throws {
  let (graph, kept) = try trainingGraph(levels: 3, width: 8, side: 60)
  let plan = MemoryPlan(graph, keeping: kept, largest: largest)
  for (arena, count) in plan.arenas.enumerated() {
    let places = plan.places.values.filter { $0.arena == arena }
    #expect(places.map { $0.offset + $0.count }.max() == count)
    #expect(count <= largest || places.contains { $0.count == count })
    #expect(places.allSatisfy { $0.offset.isMultiple(of: MemoryPlan.alignment) })
  }
  #expect((plan.arenas.count > 1) == (largest < 1 << 40))
}

/// The paper's network at 572²: within a fiftieth of what is needed at once at the worst moment, which no plan can beat.
@Test func sharingComesNearToTheLeastMemoryPossible() throws {
  let (graph, kept) = try trainingGraph(levels: 5, width: 64, side: 572)
  let plan = MemoryPlan(graph, keeping: kept)
  var uses: [Value: ClosedRange<Int>] = [:]
  for (i, operation) in graph.operations.enumerated() {
    for value in operation.reads + operation.writes where plan.places[value] != nil {
      uses[value] = min(i, uses[value]?.lowerBound ?? i)...i
    }
  }
  for value in graph.firstMoments { uses[value] = 0...graph.operations.count }
  let least =
    graph.operations.indices.map { i in
      uses.filter { $0.value.contains(i) }.map(\.key.shape.count).reduce(0, +)
    }.max() ?? 0
  let planned = plan.arenas.reduce(0, +)
  #expect(least > 0 && planned >= least && 50 * planned < 51 * least)
}
