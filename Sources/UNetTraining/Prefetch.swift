import Foundation
import UNetData
import UNetNumerics

/// Makes the samples of the next steps on other threads while the device works.
///
/// What a sample holds depends on its step alone, so nothing depends on when or by which thread it was made.  Where the system
/// starts no thread, whoever asks for a sample makes it.
package final class Prefetch: @unchecked Sendable {
  private let make: @Sendable (Int) -> Sample
  private let condition = NSCondition()
  private let steps: Range<Int>
  /// The next step to be made, and the next to be handed out.
  private var unmade, unasked: Int
  private var ready: [Int: Sample] = [:]
  private var isStopped = false
  private var waiting = Duration.zero
  /// Samples that may be made and not yet asked for.
  private let ahead: Int

  /// Starts to make the samples of `steps` on `workers` threads, by default on as many as the computer has but for two, at
  /// least two and at most 16; they are handed out in order.
  package init(
    _ steps: Range<Int>, workers: Int = min(max(2, HostThreads.count - 2), 16),
    _ make: @escaping @Sendable (Int) -> Sample
  ) {
    (self.steps, self.make, ahead) = (steps, make, workers + 4)
    (unmade, unasked) = (steps.lowerBound, steps.lowerBound)
    for _ in 0..<workers {
      let thread = Thread { [self] in work() }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  private func work() {
    while let step = begin() {
      let sample = make(step)
      condition.withLock {
        ready[step] = sample
        condition.broadcast()
      }
    }
  }

  /// The step to make next, once there is room for it; nil where none is left.
  private func begin() -> Int? {
    condition.withLock {
      while unmade - unasked >= ahead && !isStopped { condition.wait() }
      guard !isStopped, unmade < steps.upperBound else { return nil }
      defer { unmade += 1 }
      return unmade
    }
  }

  /// The sample of the next step: waits for the thread that makes it, or makes it here where none has begun to.
  package func next() -> Sample {
    precondition(unasked < steps.upperBound, "no step is left")
    let start = ContinuousClock.now
    let isBegun = condition.withLock {
      guard unmade == unasked else { return true }
      unmade += 1
      return false
    }
    let own = isBegun ? nil : make(unasked)
    return condition.withLock {
      while true {
        if let sample = own ?? ready.removeValue(forKey: unasked) {
          waiting += ContinuousClock.now - start
          unasked += 1
          condition.broadcast()
          return sample
        }
        condition.wait()
      }
    }
  }

  /// How long `next()` has waited so far, in all.
  package var waited: Duration { condition.withLock { waiting } }

  /// Ends the threads; no sample may be asked for afterwards.
  package func stop() {
    condition.withLock {
      isStopped = true
      condition.broadcast()
    }
  }
}
