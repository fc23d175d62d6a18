import Foundation

/// What the system allows a process.
enum ProcessLimits {
  /// The files that may be open at once where that is enough, and the fewest with which work begins: drivers and libraries end
  /// the process where they get none.
  private static let (enough, fewest): (rlim_t, rlim_t) = (256, 32)

  /// Lets calls fail where a signal would end the process: a pipe that nobody reads any more, so that a training goes on, and a
  /// file that may not grow, so that its error is told and nothing is left half written.
  static func failCalls() {
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
  }

  /// Allows as many open files as the user may have, up to some thousands; gives how many those are.
  static func raisedFiles() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return Int(fewest) }
    limit.rlim_cur = max(limit.rlim_cur, min(4096, limit.rlim_max))
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(min(limit.rlim_cur, 1 << 20))
  }

  /// Makes sure that enough files may be open at once, of those that the user may have.
  static func checkFiles() throws {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < enough else {
      return
    }
    limit.rlim_cur = min(enough, limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard limit.rlim_cur >= fewest else { throw TooFewFiles(allowed: Int(limit.rlim_cur)) }
  }
}

/// A limit with which libraries end the process.
private struct TooFewFiles: Error, CustomStringConvertible {
  let allowed: Int
  var description: String { "\(allowed) files may be open at once: allow 32 or more (ulimit -n)" }
}
