import Foundation
import Logging
import UNetDevices
import UNetNumerics
import UNetFiles
import UNetWork

/// Standard error, where everything goes that is no result.
enum Console {
  /// Whether somebody looks at it, on a terminal on which lines can be replaced.
  static let isTerminal = isatty(2) == 1 && EnvironmentVariable.terminal.value != "dumb"

  /// What work is given: the log, signals, and what its events are for.
  static func observer<Event>(_ report: @escaping (Event) -> Void = { _ in }) -> WorkObserver<Event> {
    WorkObserver(logger: logger, isCancelled: { Interruption.isAsked }, report: report)
  }

  /// Work that hears signals wherever it asks (`Cancellation`); `words` say what it was, as in "choosing".
  static func heard<Result>(_ words: String, _ work: () throws -> Result) throws -> Result {
    do { return try Cancellation.heard({ Interruption.isAsked }, in: work) } catch is CancellationError {
      throw Interrupted("interrupted while \(words)")
    }
  }

  /// Every kind of device, used as the environment says.
  static var devices: DeviceRegistry {
    EnvironmentVariable.preparePoCL()
    EnvironmentVariable.unlistedDriver
    return DeviceRegistry(
      settings: EnvironmentVariable.deviceSettings, logger: logger, isCancelled: { Interruption.isAsked })
  }

  /// The log of every library, a line on standard error for each message.
  static var logger: Logger { Logger(label: "unet") { _ in ConsoleLog() } }
}

/// Writes to standard error at once; on a terminal over a line that is not complete.
///
/// Where nobody can be told, on a full disk or a closed descriptor, the work goes on.
func say(_ text: String, end: String = "\n") {
  var bytes = Array(((Console.isTerminal ? "\r\u{1B}[K" : "") + Path.shown(text) + end).utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    guard count > 0 || errno == EINTR else { return }
    bytes = bytes.dropFirst(max(count, 0))
  }
}

/// Says how far work is, unless `--quiet`.
func tell(_ text: String, end: String = "\n") { if Verbosity.level <= .info { say(text, end: end) } }

/// Writes a line with the name of a file to standard output.
func printLine(_ line: String) { print(Path.shown(line)) }

/// Results that were printed must have arrived, unless whoever reads them has seen enough.
func checkOutput() throws {
  guard fflush(nil) == 0 || errno == EPIPE else {
    throw UnwrittenOutput(reason: String(cString: strerror(errno)))
  }
}

/// Standard output that takes nothing.
private struct UnwrittenOutput: Error, CustomStringConvertible {
  let reason: String
  var description: String { "cannot write to standard output: \(reason); write elsewhere" }
}

/// Writes a result to standard output as JSON.
func printJSON(_ result: some Encodable) throws { print(try json(result)) }

/// A result as JSON.
func json(_ result: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  return String(decoding: try encoder.encode(result), as: UTF8.self)
}

/// Messages as lines: those that ask for a look begin with `note: `.
private struct ConsoleLog: LogHandler {
  var logLevel = Verbosity.level
  var metadata: Logger.Metadata = [:]
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { say((event.level >= .warning ? "note: " : "") + "\(event.message)") }
}
