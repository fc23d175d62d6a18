import UNetGraph

/// Where each value lives.  Values that are never needed at the same time share memory.
package struct MemoryPlan: Sendable {
  /// A range of a large buffer, an arena, in elements.
  package struct Place: Sendable, Hashable {
    /// The number of the arena.
    package let arena: Int
    /// The first element, a multiple of `alignment`, and how many there are.
    package let offset: Int, count: Int

    fileprivate var end: Int { MemoryPlan.aligned(offset + count) }
  }

  /// The place of each value.
  package private(set) var places: [Value: Place] = [:]
  /// The place of each group of values that lie together.
  package private(set) var blocks: [Place] = []
  /// The elements of each arena.
  package private(set) var arenas: [Int] = []
  /// Values begin at multiples of 4 KiB, which every device takes as the start of a part of a buffer.
  package static let alignment = 1024

  /// Plans `graph` in arenas of at most `largest` elements, or of a single value that is larger.
  ///
  /// A value needs its place from the operation that first uses it to the one that uses it last; those in `kept` and
  /// those read before they are written (they come from outside, or from the last run) always do.  The greatest values
  /// come first, each into the smallest gap among those placed so far that are needed at the same time (Y. Pisarchyk,
  /// J. Lee, "Efficient memory management for deep neural net inference", 2020).  The values of each group `together` follow one another in one
  /// block, and always have their places.
  package init(_ graph: Graph, keeping kept: Set<Value>, together groups: [[Value]] = [], largest: Int = .max)
  {
    var placed: [(use: ClosedRange<Int>, place: Place)] = []
    let always = 0...max(0, graph.operations.count - 1)
    for group in groups {
      let count = group.reduce(0) { MemoryPlan.aligned($0 + $1.shape.count) }
      let block = place(count, beside: placed.map(\.place), largest)
      placed.append((always, block))
      blocks.append(block)
      var offset = block.offset
      for value in group {
        places[value] = Place(arena: block.arena, offset: offset, count: value.shape.count)
        offset += MemoryPlan.aligned(value.shape.count)
      }
    }
    for (value, use) in MemoryPlan.uses(graph, kept) where places[value] == nil {
      let others = placed.filter { $0.use.overlaps(use) }.map(\.place)
      let place = place(value.shape.count, beside: others, largest)
      placed.append((use, place))
      places[value] = place
    }
  }

  /// The smallest gap between `others` that holds `count` elements, else the end of an arena, else a new one.
  private mutating func place(_ count: Int, beside others: [Place], _ largest: Int) -> Place {
    var best: (gap: Int, place: Place)?
    for arena in arenas.indices {
      var offset = 0
      for other in others.filter({ $0.arena == arena }).sorted(by: { $0.offset < $1.offset }) {
        let gap = other.offset - offset
        if gap >= count, gap < best?.gap ?? .max {
          best = (gap, Place(arena: arena, offset: offset, count: count))
        }
        offset = max(offset, other.end)
      }
      guard best == nil, offset + count <= largest else { continue }
      best = (.max, Place(arena: arena, offset: offset, count: count))
    }
    let place = best?.place ?? Place(arena: arenas.count, offset: 0, count: count)
    if place.arena == arenas.count { arenas.append(0) }
    arenas[place.arena] = max(arenas[place.arena], place.offset + count)
    return place
  }

  fileprivate static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  /// The values that are no parameters, which have buffers of their own, with the numbers of the operations from the
  /// first use to the last; the greatest first.
  private static func uses(_ graph: Graph, _ kept: Set<Value>) -> [(value: Value, use: ClosedRange<Int>)] {
    let parameters = Set(graph.parameters.map(\.value))
    let always = 0...max(0, graph.operations.count - 1)
    var uses: [Value: ClosedRange<Int>] = [:]
    for (i, operation) in graph.operations.enumerated() {
      for value in operation.reads + operation.writes where !parameters.contains(value) {
        let fromOutside = uses[value] == nil && operation.reads.contains(value)
        uses[value] =
          fromOutside || kept.contains(value)
          ? always : uses[value].map { $0.lowerBound...max(i, $0.upperBound) } ?? i...i
      }
    }
    return uses.map { ($0, $1) }.sorted {
      ($1.value.shape.count, $0.value.id) < ($0.value.shape.count, $1.value.id)
    }
  }
}
