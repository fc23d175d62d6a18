import Foundation
import UNetTestSupport

/// The built command, run as its users run it.
enum UnetCommand {
  /// What a run of the command left.
  struct Outcome: Sendable {
    /// The exit status, or -1 times the signal that ended it.
    let status: Int32
    let output: String
    let messages: String

    /// The lines of standard error that tell an error.
    var errors: [Substring] { messages.split(separator: "\n").filter { $0.hasPrefix("error: ") } }
    /// The line that names the state of a training.
    var state: Substring? { output.split(separator: "\n").first { $0.hasPrefix("state ") } }
  }

  /// `unet`, built beside the tests; `UNET_COMMAND` names another.
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["UNET_COMMAND"] { return path }
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("unet").path
  }()

  /// The verbs that `unet help` lists.
  static func verbs() throws -> [String] {
    let lines = try run("help").output.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
    return lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See ") }
      .map { String($0.dropFirst(2).prefix { $0 != " " }) }
  }

  /// Runs `unet arguments` to its end.
  static func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    try run(arguments, environment: environment)
  }

  /// Runs `unet arguments` to its end.
  static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    try Run([path] + arguments, environment: environment).outcome()
  }

  /// Runs `unet arguments` where no file can grow beyond `kilobytes`, as on a full disk.
  static func run(_ arguments: String..., filesUpTo kilobytes: Int) throws -> Outcome {
    try run(arguments, filesUpTo: kilobytes)
  }

  /// Runs `unet arguments` where no file can grow beyond `kilobytes`, as on a full disk.
  static func run(_ arguments: [String], filesUpTo kilobytes: Int) throws -> Outcome {
    try run(arguments, in: "ulimit -f \(kilobytes); exec env --default-signal=XFSZ \"$@\"")
  }

  /// Runs a script of the shell in which `unet arguments` is `"$@"`.
  static func run(_ arguments: [String], in script: String) throws -> Outcome {
    try Run(["/bin/bash", "-c", script, "bash", path] + arguments).outcome()
  }

  /// Starts `unet arguments`, sends `signal` as soon as the file `path` is there, and waits for the end.
  static func run(
    _ arguments: String..., sending signal: Int32, whenThereIs file: String,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    try run(arguments, sending: [signal], environment: environment) {
      FileManager.default.fileExists(atPath: file)
    }
  }

  /// Starts `unet arguments`, sends `signal` as soon as `isTime`, and waits for the end.
  static func run(
    _ arguments: [String], sending signal: Int32, environment: [String: String] = [:], when isTime: () -> Bool
  ) throws -> Outcome {
    try run(arguments, sending: [signal], environment: environment, when: isTime)
  }

  /// Starts `unet arguments`, sends `signals` one after the other as soon as `isTime`, and waits for the end.
  static func run(
    _ arguments: [String], sending signals: [Int32], environment: [String: String] = [:],
    when isTime: () -> Bool
  ) throws -> Outcome {
    // Whoever runs the tests may have had signals ignored.
    let run = try Run(
      ["/usr/bin/env", "--default-signal=INT,TERM,HUP,USR1,USR2,XCPU", path] + arguments,
      environment: environment)
    while run.isRunning && !isTime() { usleep(1000) }
    for signal in signals {
      run.send(signal)
      usleep(2000)
    }
    return try run.outcome()
  }
}

/// A process whose output goes to files, so that no pipe can fill.
private final class Run {
  private let process = Process()
  private let folder: TemporaryFolder

  init(_ command: [String], environment: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    var variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    for name in ["UNET_DATA", "UNET_KERNELS", "UNET_CPU"] where environment[name] == nil {
      variables[name] = nil
    }
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try folder.handle("output")
    process.standardError = try folder.handle("messages")
    try process.run()
  }

  var isRunning: Bool { process.isRunning }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  func outcome() throws -> UnetCommand.Outcome {
    process.waitUntilExit()
    let status =
      process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
    return UnetCommand.Outcome(
      status: status, output: try folder.text("output"), messages: try folder.text("messages"))
  }
}
