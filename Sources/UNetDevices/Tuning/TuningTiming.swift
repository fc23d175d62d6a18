import UNetGraph
import UNetNetworks
import UNetOpenCL
import UNetRuntime
import UNetVerification

/// Times two schedules in turns, so that whatever else the machine does meets both.
struct TuningTiming<B: Backend> {
  /// The network, and the side of its tile, in pixels.
  let network: Network, size: Int
  /// How often each is timed.
  let runs: Int

  /// A schedule with a training step ready to run.
  struct Loaded {
    let schedule: KernelSchedule
    let backend: B
    fileprivate let session: Session<B>
  }

  /// A training step by `schedule`, by which `backend` works, after one run.
  func load(_ schedule: KernelSchedule, on backend: B) throws -> Loaded {
    let step = try LoadedStep(network, size: size, numerics: .winograd, on: backend)
    try step.session.run()
    try backend.finish()
    return Loaded(schedule: schedule, backend: backend, session: step.session)
  }

  /// The seconds of the step's operations that pass, a sum of the medians of each.
  ///
  /// A candidate that is hopeless after two turns gets no more.
  func compare(_ candidate: Loaded, _ best: Loaded, where passes: (Operation) -> Bool) throws
    -> (candidate: Double, best: Double)
  {
    var (own, others): ([[Double]], [[Double]]) = ([], [])
    for run in 0..<runs {
      try throwIfInterrupted()
      others.append(try times(best, passes))
      own.append(try times(candidate, passes))
      if run == 1, sumOfMedians(own) > 1.3 * sumOfMedians(others) { break }
    }
    return (sumOfMedians(own), sumOfMedians(others))
  }

  /// One run of the whole step, each operation that passes timed alone.
  private func times(_ loaded: Loaded, _ passes: (Operation) -> Bool) throws -> [Double] {
    var times: [Double] = []
    for step in loaded.session.steps {
      guard passes(step.operation) else {
        try step.run()
        continue
      }
      try loaded.backend.finish()
      times.append(
        try seconds {
          try step.run()
          try loaded.backend.finish()
        })
    }
    return times
  }

  /// `times` has a row a run and a column an operation.
  private func sumOfMedians(_ times: [[Double]]) -> Double {
    times[0].indices.reduce(0) { sum, i in sum + median(times.map { $0[i] }) }
  }
}
