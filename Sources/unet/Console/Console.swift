import Foundation
import Logging
import UNetDevices
import UNetWork

/// Standard error, where everything goes that is no result.
enum Console {
  /// Whether somebody looks at it.
  static let isTerminal = isatty(2) == 1

  /// What work is given: the log, signals, and what its events are for.
  static func observer<Event>(_ report: @escaping (Event) -> Void = { _ in }) -> WorkObserver<Event> {
    WorkObserver(logger: logger, isCancelled: { Interruption.isAsked }, report: report)
  }

  /// Every kind of device, used as the environment says.
  static var devices: DeviceRegistry {
    DeviceRegistry(settings: EnvironmentVariable.deviceSettings, logger: logger)
  }

  /// The log of every library, a line on standard error for each message.
  static var logger: Logger { Logger(label: "unet") { _ in ConsoleLog() } }
}

/// Writes to standard error at once; on a terminal over a line that is not complete.
func say(_ text: String, end: String = "\n") {
  let text = (Console.isTerminal ? "\r\u{1B}[K" : "") + text + end
  FileHandle.standardError.write(Data(text.utf8))
}

/// Writes a result to standard output as JSON.
func printJSON(_ result: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  print(String(decoding: try encoder.encode(result), as: UTF8.self))
}

/// Messages as lines: those that ask for a look begin with `note: `.
private struct ConsoleLog: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { say((event.level >= .warning ? "note: " : "") + "\(event.message)") }
}
