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
    let heard = [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU].filter { !isIgnored($0) }
    for signal in heard { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    // What a handler touches is there before it runs.
    _ = (since.load(ordering: .relaxed), looked.load(ordering: .relaxed))
    noted.store(heard.reduce(0) { $0 | 1 << Int($1) }, ordering: .relaxed)
    hear()
  }

  /// The signals that are noted, a bit each; and when their handlers were last seen to.
  private static let noted = Atomic<Int>(0), looked = Atomic<Int>(0)

  private static var milliseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  /// Sets the handlers: compilers of drivers (LLVM) put their own in the places of these, and hear SIGUSR1 to no end.
  private static func hear() {
    let signals = noted.load(ordering: .relaxed)
    for signal in Int32(1)..<32 where signals & 1 << Int(signal) != 0 {
      _ = Foundation.signal(signal) { number in
        let now = Interruption.milliseconds
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
  static var isAsked: Bool {
    guard since.load(ordering: .relaxed) == 0 else { return true }
    let now = milliseconds
    if noted.load(ordering: .relaxed) != 0, now - looked.load(ordering: .relaxed) >= 100 {
      looked.store(now, ordering: .relaxed)
      hear()
    }
    return false
  }
}
