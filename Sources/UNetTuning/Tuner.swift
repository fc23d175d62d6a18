import UNetGraph
import UNetNetworks
import UNetOpenCL
import UNetRuntime
import UNetVerification
import UNetWork

/// The search for a device's fastest schedule: one parameter at a time, each from the best so far.
///
/// A candidate is compared with the reference, bit for bit, before it is timed; it is timed in turns with the best so
/// far, and replaces it only where it is faster by `margin`.  In the end the result is timed against the start once
/// more, and must win by as much again.  At most two training steps are on the device at a time.
package struct Tuner {
  /// The share of the time by which a candidate must be faster.
  package static let margin = 0.02

  private let reference: any Backend
  private let timing: TuningTiming
  private let observer: WorkObserver<TuningTrial>
  private let make: (KernelSchedule) throws -> any Backend

  /// A search.
  /// - Parameters:
  ///   - reference: the backend that is right.
  ///   - network: the network whose operations are timed, in a training step.
  ///   - size: the side of its tile, in pixels.
  ///   - runs: how often each schedule is timed in turns.
  ///   - observer: told of each trial as it ends.
  ///   - now: the time, in seconds from any moment.
  ///   - make: a backend that works by a schedule.
  package init(
    against reference: any Backend, network: Network, size: Int, runs: Int,
    observer: WorkObserver<TuningTrial> = .init(), now: @escaping () -> Double = systemSeconds,
    make: @escaping (KernelSchedule) throws -> any Backend
  ) {
    (self.reference, self.observer, self.make) = (reference, observer, make)
    timing = TuningTiming(
      network: network, size: size, runs: runs, now: now, isCancelled: observer.isCancelled)
  }

  /// The fastest schedule on a device of these limits that one reaches from `start`.
  /// - Throws: `StartFails` where `start` itself is wrong, `Interrupted`, and the errors of the start's backend.
  package func run(from start: KernelSchedule, on limits: DeviceLimits) throws -> TuningResult {
    let parameters = ScheduleParameter.all(of: start.name)
    var trials: [TuningTrial] = []
    func note(_ trial: TuningTrial) {
      trials.append(trial)
      observer.report(trial)
    }
    let backend = try make(start)
    note(try checkedStart(start, backend, parameters))
    var best = try timing.load(start, on: backend)
    for parameter in parameters {
      for schedule in parameter.candidates(besides: best.schedule, on: limits) {
        let (trial, candidate) = try attempt(schedule, parameter, against: best)
        note(trial)
        if let candidate, trial.outcome == .taken { best = candidate }
      }
    }
    guard best.schedule != start else { return TuningResult(best: start, ratio: 1, trials: trials) }
    let last = try confirm(best, against: timing.load(start, on: backend), parameters)
    note(last)
    guard last.outcome == .confirmed else { return TuningResult(best: start, ratio: 1, trials: trials) }
    return TuningResult(best: best.schedule, ratio: last.ratio ?? 1, trials: trials)
  }

  private typealias Loaded = TuningTiming.Loaded

  private func checkedStart(
    _ start: KernelSchedule, _ backend: any Backend, _ parameters: [ScheduleParameter]
  ) throws -> TuningTrial {
    let operations = ParityCases.handful { operation in parameters.contains { $0.touches(operation) } }
    let bits = try bits(of: operations, on: backend)
    guard bits == 0 else { throw StartFails(schedule: start, bits: bits) }
    return TuningTrial(schedule: start, parameter: nil, checked: operations.count, outcome: .start)
  }

  /// One candidate: checked, then timed.  A device that cannot run it is no reason to end the search.
  private func attempt(_ schedule: KernelSchedule, _ parameter: ScheduleParameter, against best: Loaded)
    throws -> (TuningTrial, Loaded?)
  {
    try timing.throwIfCancelled()
    let operations = ParityCases.handful(where: parameter.touches)
    var trial = TuningTrial(
      schedule: schedule, parameter: parameter.rawValue, checked: operations.count, outcome: .wrong)
    do {
      let backend = try make(schedule)
      trial.bits = try bits(of: operations, on: backend)
      guard trial.bits == 0 else { return (trial, nil) }
      let candidate = try timing.load(schedule, on: backend)
      let times = try timing.compare(candidate, best, where: parameter.touches)
      (trial.seconds, trial.bestSeconds) = (times.candidate, times.best)
      trial.outcome = times.candidate <= (1 - Self.margin) * times.best ? .taken : .left
      return (trial, candidate)
    } catch let error as Interrupted {
      throw error
    } catch {
      (trial.outcome, trial.reason) = (.failed, String("\(error)".prefix { !$0.isNewline }))
      return (trial, nil)
    }
  }

  private func confirm(_ best: Loaded, against first: Loaded, _ parameters: [ScheduleParameter]) throws
    -> TuningTrial
  {
    let times = try timing.compare(best, first) { operation in
      parameters.contains { $0.touches(operation) }
    }
    return TuningTrial(
      schedule: best.schedule, parameter: nil, seconds: times.candidate, bestSeconds: times.best,
      outcome: times.candidate <= (1 - Self.margin) * times.best ? .confirmed : .unconfirmed)
  }

  private func bits(of operations: [Operation], on backend: any Backend) throws -> Int {
    try operations.reduce(0) { sum, operation in
      try timing.throwIfCancelled()
      return sum + (try differingBits(operation, reference, backend))
    }
  }

  private func differingBits(_ operation: Operation, _ a: some Backend, _ b: some Backend) throws -> Int {
    try Parity(a, b).bits(of: operation)
  }
}

/// A device that computes something else than the CPU backend before anything is tuned.
package struct StartFails: Error, CustomStringConvertible {
  /// The schedule that the search would start from, and the bits in which it is wrong.
  package let schedule: KernelSchedule, bits: Int

  /// One sentence with the remedy.
  package var description: String {
    "\(bits) bits differ from the CPU backend's with \(schedule): use another driver"
  }
}
