import Glibc

import Foundation

/// The threads of this process.
package enum HostThreads {
  /// How many may run at once: the processor's cores, or 1 where the system starts no threads.
  package static let count = areGranted ? cores : 1

  /// Whether the system starts as many threads as the cores and the libraries take (`ulimit -u`, `ulimit -v`).
  ///
  /// Dispatch would wait for a thread for ever, and a driver end the process.
  package static let areGranted = starts(cores + 4)

  private static let cores =
    [ProcessInfo.processInfo.activeProcessorCount, allowed, quota].compactMap(\.self).min() ?? 1

  /// The processors that this process may run on (`taskset`, Slurm); nil where the system does not say.
  private static let allowed: Int? = {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
    let digits = line.map { $0.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue) } ?? []
    let count = digits.reduce(0) { $0 + $1.nonzeroBitCount }
    return count > 0 ? count : nil
  }()

  /// The processors whose time the process's control group may use, rounded up (`docker run --cpus`); nil where there is no
  /// limit.
  private static let quota: Int? = ControlGroup.own.flatMap(ControlGroup.processors)

  /// Whether `count` threads can be alive at once.
  private static func starts(_ count: Int) -> Bool {
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    defer { gate.deallocate() }
    pthread_mutex_init(gate, nil)
    pthread_mutex_lock(gate)
    var started: [pthread_t] = []
    for _ in 0..<count {
      var thread = pthread_t()
      let failure = pthread_create(
        &thread, nil,
        { gate in
          guard let gate = gate?.assumingMemoryBound(to: pthread_mutex_t.self) else { return nil }
          pthread_mutex_lock(gate)
          pthread_mutex_unlock(gate)
          return nil
        }, gate)
      guard failure == 0 else { break }
      started.append(thread)
    }
    pthread_mutex_unlock(gate)
    for thread in started { pthread_join(thread, nil) }
    return started.count == count
  }
}
