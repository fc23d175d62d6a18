import UNetOpenCL

/// A schedule that was tried on the way to the fastest.
package struct TuningTrial: Codable, Equatable, Sendable {
  /// What came of it.
  package enum Outcome: String, Codable, Sendable {
    /// What the search starts from.
    case start
    /// Faster than the best so far by enough, which it replaces; or not.
    case taken, left
    /// Some bits differ from those of the CPU backend: never timed.
    case wrong
    /// The device does not build or run it: never timed.
    case failed
    /// The result against the start, once more: it holds, or the start stays.
    case confirmed, unconfirmed
  }

  /// The schedule, and the parameter in which it differs from the best so far.
  package var schedule: KernelSchedule, parameter: String?
  /// The operations that were compared with the CPU backend, and the bits in which they differ.
  package var checked = 0, bits = 0
  /// Seconds of the timed operations of a training step, a sum of medians; those of the best so far, in the same
  /// minutes.
  package var seconds: Double?, bestSeconds: Double?
  /// What came of it.
  package var outcome: Outcome
  /// Why it failed.
  package var reason: String?

  /// Its time over that of the best so far: below 1 it is faster.
  package var ratio: Double? {
    guard let seconds, let bestSeconds else { return nil }
    return seconds / bestSeconds
  }

  enum CodingKeys: String, CodingKey {
    case schedule, parameter, checked, bits, outcome, reason
    case seconds, bestSeconds = "best_seconds"
  }
}

/// What a search came to.
package struct TuningResult: Codable, Sendable {
  /// The fastest schedule.
  package var best: KernelSchedule
  /// Its time over that of the start, measured once more at the end; 1 where it is the start.
  package var ratio: Double
  /// Everything tried, in order.
  package var trials: [TuningTrial]
}
