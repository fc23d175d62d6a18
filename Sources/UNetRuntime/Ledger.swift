import Synchronization

/// The bytes of a backend's buffers that are alive, counted from any thread.
package final class Ledger: Sendable {
  private let sum = Atomic<Int>(0)

  /// None yet.
  package init() {}

  /// The sum of what was added.
  package var bytes: Int { sum.load(ordering: .relaxed) }

  /// Adds `bytes`, negative when they are freed.
  package func add(_ bytes: Int) { sum.add(bytes, ordering: .relaxed) }
}
