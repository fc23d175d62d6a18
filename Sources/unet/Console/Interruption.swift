import Foundation
import Synchronization

/// Ctrl-C and the wish of a scheduler to end: noted, so that a run can leave a checkpoint first.
enum Interruption {
  private static let asked = Atomic<Bool>(false)

  /// Notes SIGINT and SIGTERM from now on; a second one ends the process at once.
  static func watch() {
    // A parent may have left them blocked: threads of a dispatch queue do.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for signal in [SIGINT, SIGTERM] {
      _ = Foundation.signal(signal) { number in
        Interruption.asked.store(true, ordering: .relaxed)
        _ = Foundation.signal(number, SIG_DFL)
      }
    }
  }

  /// Whether the process was asked to end.
  static var isAsked: Bool { asked.load(ordering: .relaxed) }
}
