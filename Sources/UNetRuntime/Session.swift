import UNetGraph
import UNetNumerics

/// A graph loaded on a backend: memory in place, kernels built, arguments bound.
///
/// Write what the graph reads, run it, read what was kept.  A value that no operation uses has no place here: to write
/// or read it is a `ShapeError`.
public struct Session<B: Backend> {
  /// Who shares memory with whom.
  package let plan: MemoryPlan
  /// The operations in order, each with what runs it.
  package let launches: [(operation: Operation, run: Launch)]
  private let backend: B
  private let buffers: [Value: B.Buffer]
  /// The groups of values that lie together.
  private let blocks: [B.Buffer]

  /// Loads `graph`.  The contents of `kept` survive until they are read; parameters always do, and sessions with the same
  /// `parameters` share them by name.
  /// - Throws: `MemoryShortage` before anything is taken of the device; the backend's errors.
  public init(
    _ graph: Graph, on backend: B, parameters: Parameters<B>? = nil, keeping kept: some Sequence<Value> = []
  ) throws {
    try self.init(graph, on: backend, parameters: parameters, keeping: kept, together: [])
  }

  /// The same with groups of values that lie together, as `withBlocks` shows them; they are kept too.
  package init(
    _ graph: Graph, on backend: B, parameters: Parameters<B>? = nil, keeping kept: some Sequence<Value>,
    together groups: [[Value]]
  ) throws {
    let parameters = parameters ?? Parameters(on: backend)
    let plan = MemoryPlan(graph, keeping: Set(kept), together: groups, largest: backend.largestBuffer)
    let new = graph.parameters.filter { !parameters.hold($0) }.map(\.value.shape.count)
    let bytes = 4 * (plan.arenas + new).reduce(0, +)
    guard backend.hasRoom(for: bytes) else { throw MemoryShortage(bytes: bytes) }
    let arenas = try plan.arenas.map(backend.makeBuffer)
    var buffers = try plan.places.mapValues {
      try backend.part(of: arenas[$0.arena], from: $0.offset, count: $0.count)
    }
    blocks = try plan.blocks.map {
      try backend.part(of: arenas[$0.arena], from: $0.offset, count: $0.count)
    }
    for parameter in graph.parameters { buffers[parameter.value] = try parameters.buffer(for: parameter) }
    launches = try graph.operations.map { operation in
      (operation, try backend.prepare(operation) { Session.buffer($0, of: operation, in: buffers) })
    }
    (self.plan, self.backend, self.buffers) = (plan, backend, buffers)
  }

  /// Gives `value` these elements before the next run.
  /// - Throws: `ShapeError` where the tensor's shape is not that of the value; the backend's errors.
  public func write(_ tensor: Tensor, to value: Value) throws {
    guard tensor.shape == value.shape else {
      throw ShapeError(operation: "write", shape: tensor.shape, requirement: "the value is \(value.shape)")
    }
    try backend.write(tensor.elements, to: used(value))
  }

  /// Starts every operation in order.
  public func run() throws { for launch in launches { try launch.run() } }

  /// Starts some of the operations, in order.
  package func run(_ operations: Range<Int>) throws {
    for launch in launches[operations] { try launch.run() }
  }

  /// The elements of `value`, after all work started so far.
  public func read(_ value: Value) throws -> Tensor {
    Tensor(
      value.shape,
      try backend.read(used(value), count: value.shape.count))
  }

  /// `count` elements of `value` from `offset` on, after all work started so far.
  package func read(_ value: Value, from offset: Int, count: Int) throws -> [Float] {
    try backend.read(used(value), from: offset, count: count)
  }

  /// Waits for all work started so far.
  package func finish() throws { try backend.finish() }

  /// Shows the memory of some groups of values to `body`, after all work started so far: each group in its order, every value from a
  /// multiple of `MemoryPlan.alignment` on.  What `body` changes of the group `changed`, one of them, is there for the work to come.
  package func withBlocks(
    _ groups: [Int], changed: Int, _ body: ([UnsafeMutableBufferPointer<Float>]) throws -> Void
  ) throws {
    try backend.finish()
    let direct = groups.compactMap { group in
      backend.floats(of: blocks[group]).map {
        UnsafeMutableBufferPointer(start: $0, count: plan.blocks[group].count)
      }
    }
    guard direct.count < groups.count else { return try body(direct) }
    var copies: [UnsafeMutableBufferPointer<Float>] = []
    defer { copies.forEach { $0.deallocate() } }
    for group in groups {
      let elements = try backend.read(blocks[group], from: 0, count: plan.blocks[group].count)
      let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: elements.count)
      _ = copy.initialize(from: elements)
      copies.append(copy)
    }
    try body(copies)
    guard let at = groups.firstIndex(of: changed) else { return }
    try backend.write(Array(copies[at]), to: blocks[changed])
  }

  /// The buffer of a value that the program names.
  private func used(_ value: Value) throws(ShapeError) -> B.Buffer {
    if let buffer = buffers[value] { return buffer }
    throw ShapeError(
      operation: "a session", shape: value.shape, requirement: "no operation of its graph uses this value")
  }

  /// The buffer of `value`, which the plan holds unless an operation asks for what it does not declare.
  private static func buffer(_ value: Value, of operation: Operation?, in buffers: [Value: B.Buffer])
    -> B.Buffer
  {
    assert(operation.map { ($0.reads + $0.writes).contains(value) } ?? true, "undeclared use of \(value)")
    guard let buffer = buffers[value] else { preconditionFailure("no operation uses \(value)") }
    return buffer
  }
}

/// A graph that needs more memory than its device has.
package struct MemoryShortage: Error, Equatable, CustomStringConvertible {
  /// What it needs.
  package let bytes: Int

  /// The bytes for people: `508.2 GB`.
  package var size: String {
    let tenths = (bytes + 99_999_999) / 100_000_000
    return "\(tenths / 10).\(tenths % 10) GB"
  }

  /// One line.
  package var description: String {
    "the network on such a tile needs \(size) of memory, which the device has not: give a smaller tile or a narrower network"
  }

  package init(bytes: Int) { self.bytes = bytes }
}
