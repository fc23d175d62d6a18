import Foundation
import Synchronization

/// Ctrl-C, the wish of a scheduler to end and a terminal that closes: noted, so that a run can leave a checkpoint first.
enum Interruption {
  /// When the process was asked to end, in milliseconds of the system's clock; 0 before.
  private static let since = Atomic<Int>(0)

  /// Notes the signals by which people and schedulers end work from now on, but for those that a parent has had ignored, as
  /// `nohup` does.
  ///
  /// A scheduler and a parent that passes it on may send the same twice.  Only Ctrl-C, a second or more after the first signal,
  /// ends the process at once.
  static func watch() {
    // A parent may have left them blocked: threads of a dispatch queue do.
    var signals = sigset_t()
    sigemptyset(&signals)
    let noted = [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU].filter { !isIgnored($0) }
    for signal in noted { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    // What a handler touches is there before it runs.
    _ = since.load(ordering: .relaxed)
    for signal in noted {
      _ = Foundation.signal(signal) { number in
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = time.tv_sec * 1000 + time.tv_nsec / 1_000_000
        let (isFirst, first) = Interruption.since.compareExchange(
          expected: 0, desired: now, ordering: .relaxed)
        guard !isFirst, number == SIGINT, now - first >= 1000 else { return }
        _ = Foundation.signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    // SIG_IGN is the number 1 in the place of a function, which Swift compares as a number only.
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  /// Whether the process was asked to end.
  static var isAsked: Bool { since.load(ordering: .relaxed) != 0 }
}
