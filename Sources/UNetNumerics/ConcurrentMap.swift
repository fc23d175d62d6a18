import Foundation

/// `items.map(transform)` on all cores, in order.
package func concurrentMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], _ transform: @Sendable (Item) -> Result
) -> [Result] {
  let results = Results<Result>(count: items.count)
  withoutActuallyEscaping(transform) { transform in
    concurrentPerform(items.count) { i in
      results.set(transform(items[i]), at: i)
    }
  }
  return results.all
}

/// Whether the work shall end, as who began it says.
package final class Cancellation: Sendable {
  @TaskLocal private static var current = Cancellation { false }

  private let isAsked: @Sendable () -> Bool

  private init(_ isAsked: @escaping @Sendable () -> Bool) { self.isAsked = isAsked }

  /// The result of `work`, in which `check` and `interruptibleMap` throw as soon as `isAsked` says so.
  package static func heard<Result>(_ isAsked: @escaping @Sendable () -> Bool, in work: () throws -> Result)
    rethrows -> Result
  {
    try $current.withValue(Cancellation(isAsked), operation: work)
  }

  /// A function that throws `CancellationError` where the work shall end, on whatever thread it is called.
  package static var check: @Sendable () throws -> Void {
    let current = current
    return { if current.isAsked() { throw CancellationError() } }
  }
}

/// `items.map(transform)` on all cores, in order.
/// - Throws: the first item's error; `CancellationError` where the work shall end (`Cancellation`).
package func interruptibleMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], _ transform: @Sendable (Item) throws -> Result
) throws -> [Result] {
  let check = Cancellation.check
  return try concurrentMap(items) { item in
    Swift.Result {
      try check()
      return try transform(item)
    }
  }.map { try $0.get() }
}

/// `count` floats made on all cores: each of `parts` parts writes places of its own, all places together.
package func concurrentFloats(
  _ count: Int, parts: Int, _ fill: @Sendable (_ part: Int, UnsafeMutableBufferPointer<Float>) -> Void
) -> [Float] {
  // The empty array is one for all threads, and such an initialiser writes to it.
  guard count > 0 else { return [] }
  return [Float](unsafeUninitializedCapacity: count) { floats, filled in
    nonisolated(unsafe) let target = floats
    withoutActuallyEscaping(fill) { fill in
      concurrentPerform(parts) { fill($0, target) }
    }
    filled = count
  }
}

/// Calls `work` for each number below `count` on all cores, and returns when all are done.
package func concurrentPerform(_ count: Int, _ work: @Sendable (Int) -> Void) {
  guard count > 1, HostThreads.count > 1 else { return (0..<count).forEach(work) }
  withoutActuallyEscaping(work) { DispatchQueue.concurrentPerform(iterations: count, execute: $0) }
}

/// A place for each result, written from any thread.
private final class Results<Element>: @unchecked Sendable {
  private var elements: [Element?]
  private let lock = NSLock()

  init(count: Int) { elements = .init(repeating: nil, count: count) }
  func set(_ element: Element, at index: Int) { lock.withLock { elements[index] = element } }
  var all: [Element] { elements.compactMap { $0 } }
}
