import Dispatch
import Foundation

/// The processor's cores, to which a step deals its work.
///
/// An item of work writes its own part of the result and nothing depends on which thread takes it, so results do not
/// depend on the number of threads.
struct Threads: Sendable {
  /// How many items run at once.
  let count: Int

  /// All cores.
  static let all = Threads(count: ProcessInfo.processInfo.activeProcessorCount)

  /// Runs `work` for each of `items` and returns when all are done.
  func run(_ items: Int, _ work: (Int) -> Void) {
    guard items > 1 && count > 1 else { return (0..<items).forEach(work) }
    DispatchQueue.concurrentPerform(iterations: items, execute: work)
  }

  /// Deals `rows` of `cost` element operations each, in chunks worth a thread's while.
  func run(rows: Int, cost: Int, _ work: (Range<Int>) -> Void) {
    let chunk = chunk(of: rows, cost: cost, worth: 1 << 16)
    run((rows + chunk - 1) / chunk) { i in work(i * chunk..<min(rows, (i + 1) * chunk)) }
  }

  /// The rows of one item: enough to be `worth` dealing, but for a few items a thread where there are so many rows.
  func chunk(of rows: Int, cost: Int, worth: Int) -> Int {
    let enough = max(1, worth / max(1, cost))
    return max(1, min(rows, enough))
  }
}
