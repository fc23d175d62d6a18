import Synchronization
import UNetNumerics

/// The processor's cores, to which an operation deals its work.
///
/// An item of work writes its own part of the result and nothing depends on which thread takes it, so results do not
/// depend on the number of threads.
struct Threads: Sendable {
  /// How many items run at once.
  let count: Int

  /// All cores.
  static let all = Threads(count: HostThreads.count)

  /// Runs `work` for each of `items` and returns when all are done.  Items must write disjoint memory.
  func run(_ items: Int, _ work: (Int) -> Void) {
    guard items > 1 && count > 1 else { return (0..<items).forEach(work) }
    withoutActuallyEscaping(work) { work in
      nonisolated(unsafe) let shared = work
      concurrentPerform(items) { shared($0) }
    }
  }

  /// Runs `work` for each of `items`, telling it which worker it is, below `count`: no two of one number run at once.
  func deal(_ items: Int, _ work: (_ item: Int, _ worker: Int) -> Void) {
    let next = Atomic(0)
    run(min(count, items)) { worker in
      while true {
        let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard item < items else { return }
        work(item, worker)
      }
    }
  }

  /// Deals `rows` of `cost` element operations each, in chunks that are worth dealing.
  func run(rows: Int, cost: Int, _ work: (Range<Int>) -> Void) {
    let chunk = Threads.chunk(of: rows, cost: cost, worth: 1 << 16)
    run((rows + chunk - 1) / chunk) { i in work(i * chunk..<min(rows, (i + 1) * chunk)) }
  }

  /// The rows of one item, so that together they cost at least `worth` where there are so many.
  static func chunk(of rows: Int, cost: Int, worth: Int) -> Int {
    max(1, min(rows, (worth + cost - 1) / max(1, cost)))
  }
}
