import Glibc

import class Foundation.ProcessInfo

/// The threads of this process.
package enum HostThreads {
  /// How many may run at once: the processor's cores, or 1 where the system starts no threads.
  package static let count = areGranted ? cores : 1

  /// Whether the system starts as many threads as the cores and the libraries take (`ulimit -u`, `ulimit -v`).
  ///
  /// Dispatch would wait for a thread for ever, and a driver end the process.
  package static let areGranted = starts(cores + 4)

  private static let cores = ProcessInfo.processInfo.activeProcessorCount

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
