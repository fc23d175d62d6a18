import Testing
import UNetGraph
import UNetRuntime

private func trainingGraph(levels: Int, width: Int, side: Int) throws -> (Graph, kept: Set<Value>) {
  var graph = Graph(training: true)
  let image = graph.value([1, side, side, 1])
  let logits = try UNet(levels: levels, width: width)(image, in: &graph)
  let pixels = graph.value([1, logits.shape[1], logits.shape[2]])
  let weights = graph.value(pixels.shape)
  let (loss, dlogits) = graph.softmaxCrossEntropy(logits, labels: pixels, weights: weights)
  graph.descend(graph.differentiate(logits, given: dlogits))
  return (graph, [loss])
}

/// What is in a slot when an operation reads a value is what was last written to that value.
@Test(arguments: [(2, 4, 32), (3, 8, 60), (5, 64, 572)])
func noValueIsOverwrittenBeforeItsLastReader(levels: Int, width: Int, side: Int) throws {
  let (graph, kept) = try trainingGraph(levels: levels, width: width, side: side)
  let plan = MemoryPlan(graph, keeping: kept)
  var owner: [Int: Value] = [:]
  for round in 0..<2 {
    for operation in graph.operations {
      for value in operation.reads {
        guard let slot = plan.slot[value] else { continue }
        let written = graph.operations.contains { $0.writes.contains(value) }
        if written && (round == 1 || owner[slot] != nil) {
          #expect(owner[slot] == value || owner[slot] == nil, "\(operation)")
        }
      }
      for value in operation.writes { if let slot = plan.slot[value] { owner[slot] = value } }
    }
    for value in kept { #expect(plan.slot[value].flatMap { owner[$0] } == value) }
  }
}

@Test func inputsStateAndKeptValuesHaveSlotsOfTheirOwn() throws {
  let (graph, kept) = try trainingGraph(levels: 3, width: 8, side: 60)
  let plan = MemoryPlan(graph, keeping: kept)
  let written = Set(graph.operations.flatMap(\.writes))
  let parameters = Set(graph.parameters.map(\.value))
  let outside = Set(graph.operations.flatMap(\.reads)).subtracting(written).subtracting(parameters)
  for value in outside.union(kept).union(graph.velocities) {
    #expect(plan.slot.filter { $0.value == plan.slot[value] }.count == 1)
  }
  #expect(parameters.allSatisfy { plan.slot[$0] == nil })
}

@Test func slotsAreAsLargeAsTheirLargestValue() throws {
  let (graph, kept) = try trainingGraph(levels: 3, width: 8, side: 60)
  let plan = MemoryPlan(graph, keeping: kept)
  for (slot, count) in plan.counts.enumerated() {
    #expect(plan.slot.filter { $0.value == slot }.map(\.key.shape.count).max() == count)
  }
}

/// The paper's network at 572²: sharing needs less than three fifths of what separate buffers would.
@Test func sharingSavesTwoFifthsOfTheMemoryOfTraining() throws {
  let (graph, kept) = try trainingGraph(levels: 5, width: 64, side: 572)
  let plan = MemoryPlan(graph, keeping: kept)
  let separate = plan.slot.keys.map(\.shape.count).reduce(0, +)
  #expect(5 * plan.counts.reduce(0, +) < 3 * separate)
}
