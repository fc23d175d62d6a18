import ArgumentParser
import Logging
import Synchronization

/// `--quiet` and `--verbose`, the same for every verb.
struct Verbosity: ParsableArguments {
  @Flag(name: .shortAndLong, help: "No progress and no counts on standard error: notes and errors alone.")
  var quiet = false
  @Flag(
    name: .shortAndLong,
    help: "Also what is opened, paired, compiled and written, a line each on standard error.")
  var verbose = false

  func validate() throws {
    guard !(quiet && verbose) else { throw ValidationError("give --quiet or --verbose, not both") }
    Self.chosen.withLock { $0 = quiet ? .warning : verbose ? .debug : .info }
  }

  /// Leaves errors alone.
  static func silence() { chosen.withLock { $0 = .critical } }

  private static let chosen = Mutex(Logger.Level.info)

  /// The least level of messages that are written.
  static var level: Logger.Level { chosen.withLock { $0 } }
}
