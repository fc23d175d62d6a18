import UNetGraph

/// Which slot each value lives in.  Values that are never needed at the same time share a slot.
public struct MemoryPlan: Sendable {
  /// The slot of each value.
  public private(set) var slot: [Value: Int] = [:]
  /// The room in each slot, in elements.
  public private(set) var counts: [Int] = []

  /// Plans `graph` from front to back.  A value frees its slot after its last use, except those in `kept` and those
  /// read before they are written: these come from outside, or from the last run.
  public init(_ graph: Graph, keeping kept: Set<Value>) {
    let (lastUse, shareable) = MemoryPlan.lifetimes(graph, kept)
    let parameters = Set(graph.parameters.map(\.value))  // these have buffers of their own
    var free: Set<Int> = []
    for (i, operation) in graph.operations.enumerated() {
      let values = Set(operation.reads + operation.writes).subtracting(parameters).sorted { $0.id < $1.id }
      for value in values where slot[value] == nil { place(value, &free, shareable.contains(value)) }
      for value in values where shareable.contains(value) && lastUse[value] == i {
        if let freed = slot[value] { free.insert(freed) }
      }
    }
  }

  /// The number of the operation that uses each value last, and the values that may share a slot.
  private static func lifetimes(_ graph: Graph, _ kept: Set<Value>) -> ([Value: Int], Set<Value>) {
    var lastUse: [Value: Int] = [:]
    var shareable: Set<Value> = []
    for (i, operation) in graph.operations.enumerated() {
      for value in operation.writes where lastUse[value] == nil && !operation.reads.contains(value) {
        shareable.insert(value)
      }
      for value in operation.reads + operation.writes { lastUse[value] = i }
    }
    return (lastUse, shareable.subtracting(kept))
  }

  /// Takes the smallest free slot with room enough, else the largest and widens it, else a new one.
  private mutating func place(_ value: Value, _ free: inout Set<Int>, _ shareable: Bool) {
    let count = value.shape.count
    let bySize = shareable ? free.sorted { (counts[$0], $0) < (counts[$1], $1) } : []
    guard let found = bySize.first(where: { counts[$0] >= count }) ?? bySize.last else {
      slot[value] = counts.count
      counts.append(count)
      return
    }
    free.remove(found)
    counts[found] = max(counts[found], count)
    slot[value] = found
  }
}
