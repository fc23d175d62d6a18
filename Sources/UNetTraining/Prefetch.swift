import Foundation
import UNetData

/// Makes the samples of the next steps on another thread while the device works.
///
/// What a sample holds depends on its step alone, so nothing depends on when it was made.
public final class Prefetch: @unchecked Sendable {
  private let make: @Sendable (Int) -> Sample
  private let condition = NSCondition()
  private var ready: [Sample] = []
  private var isStopped = false
  private static let ahead = 3

  /// Starts to make the samples of `steps` in order.
  public init(_ steps: Range<Int>, _ make: @escaping @Sendable (Int) -> Sample) {
    self.make = make
    let thread = Thread { [self] in work(steps) }
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func work(_ steps: Range<Int>) {
    for step in steps {
      let sample = make(step)
      condition.lock()
      while ready.count >= Prefetch.ahead && !isStopped { condition.wait() }
      ready.append(sample)
      condition.signal()
      let stop = isStopped
      condition.unlock()
      if stop { return }
    }
  }

  /// The sample of the next step; waits where it is not yet made.
  public func next() -> Sample {
    condition.lock()
    defer { condition.unlock() }
    while ready.isEmpty { condition.wait() }
    defer { condition.signal() }
    return ready.removeFirst()
  }

  /// Ends the thread; no sample may be asked for afterwards.
  public func stop() {
    condition.lock()
    isStopped = true
    condition.signal()
    condition.unlock()
  }
}
