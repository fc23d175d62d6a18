import Dispatch
import UNetGraph
import UNetNetworks
import UNetOpenCL
import UNetRuntime
import UNetVerification
import UNetWork

/// Times two schedules in turns, so that whatever else the machine does meets both.
struct TuningTiming {
  /// The network, and the side of its tile, in pixels.
  let network: Network, size: Int
  /// How often each is timed.
  let runs: Int
  /// The time, in seconds from any moment.
  let now: () -> Double
  /// Whether the search shall end.
  let isCancelled: () -> Bool

  /// A schedule with a training step ready to run.
  struct Loaded {
    let schedule: KernelSchedule
    fileprivate let launches: [(operation: Operation, run: Launch)]
    fileprivate let finish: () throws -> Void
    /// Keeps their buffers.
    fileprivate let session: Any
  }

  /// A training step by `schedule`, by which `backend` works, after one run.
  func load(_ schedule: KernelSchedule, on backend: some Backend) throws -> Loaded {
    let session = try LoadedStep(network, size: size, numerics: .winograd, on: backend).session
    try session.run()
    try backend.finish()
    return Loaded(
      schedule: schedule, launches: session.launches, finish: { try backend.finish() }, session: session)
  }

  /// The seconds of the step's operations that pass, a sum of the medians of each.
  ///
  /// A candidate that is hopeless after two turns gets no more.
  func compare(_ candidate: Loaded, _ best: Loaded, where passes: (Operation) -> Bool) throws
    -> (candidate: Double, best: Double)
  {
    var (own, others): ([[Double]], [[Double]]) = ([], [])
    for run in 0..<runs {
      try throwIfCancelled()
      others.append(try times(best, passes))
      own.append(try times(candidate, passes))
      if run == 1, sumOfMedians(own) > 1.3 * sumOfMedians(others) { break }
    }
    return (sumOfMedians(own), sumOfMedians(others))
  }

  /// One run of the whole step, each operation that passes timed alone.
  private func times(_ loaded: Loaded, _ passes: (Operation) -> Bool) throws -> [Double] {
    var times: [Double] = []
    for launch in loaded.launches {
      guard passes(launch.operation) else {
        try launch.run()
        continue
      }
      try loaded.finish()
      let start = now()
      try launch.run()
      try loaded.finish()
      times.append(now() - start)
    }
    return times
  }

  /// - Throws: `Interrupted` where the search shall end.
  func throwIfCancelled() throws {
    if isCancelled() { throw Interrupted("interrupted: no tuning was written") }
  }

  /// `times` has a row a run and a column an operation.
  private func sumOfMedians(_ times: [[Double]]) -> Double {
    times[0].indices.reduce(0) { sum, i in sum + median(times.map { $0[i] }) }
  }
}

/// The seconds that the system has run.
package func systemSeconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
