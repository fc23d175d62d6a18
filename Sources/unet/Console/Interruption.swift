import Foundation
import Synchronization

/// Ctrl-C, the wish of a scheduler to end and a terminal that closes: noted, so that a run can leave a checkpoint first.
enum Interruption {
  private static let asked = Atomic<Bool>(false)

  /// Notes SIGINT, SIGTERM and, unless `nohup` has it ignored, SIGHUP from now on; a second one ends the process at once.
  static func watch() {
    // A parent may have left them blocked: threads of a dispatch queue do.
    var signals = sigset_t()
    sigemptyset(&signals)
    let noted = [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP])
    for signal in noted { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for signal in noted {
      _ = Foundation.signal(signal) { number in
        Interruption.asked.store(true, ordering: .relaxed)
        _ = Foundation.signal(number, SIG_DFL)
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
  static var isAsked: Bool { asked.load(ordering: .relaxed) }
}
