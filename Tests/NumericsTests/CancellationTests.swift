import Synchronization
import Testing
import UNetNumerics

@Suite struct CancellationTests {
  private let items = Array(0..<10_000)

  @Test func aMapEndsBetweenItems() throws {
    let done = Atomic(0)
    #expect(throws: CancellationError.self) {
      try Cancellation.heard({ done.load(ordering: .relaxed) >= 100 }) {
        _ = try interruptibleMap(items) { _ in done.add(1, ordering: .relaxed) }
      }
    }
    // Each thread may be within an item as the wish is made.
    #expect(done.load(ordering: .relaxed) < 1000)
  }

  @Test func nothingEndsOutsideOfSuchWork() throws {
    try? Cancellation.heard({ true }) { try Cancellation.check() }
    try Cancellation.check()
    #expect(try interruptibleMap(items) { $0 + 1 } == items.map { $0 + 1 })
  }

  @Test func errorsOfItemsAreThrown() {
    struct Odd: Error, Equatable { let item: Int }
    #expect(throws: Odd(item: 3)) {
      try interruptibleMap(items) { if $0 % 4 == 3 { throw Odd(item: $0) } }
    }
  }
}
