import ArgumentParser
import Foundation
import UNetExperiments

/// `unet`: the command.
@main
struct Unet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unet",
    abstract: "Trains and runs the U-Net of Ronneberger, Fischer and Brox (2015) on any OpenCL device.",
    discussion: """
      Results go to standard output, progress and messages to standard error.
      Exit status: 0 done; 1 the work failed; 64 the command or the experiment is wrong; 130 interrupted.
      """,
    subcommands: [
      Train.self, ParityCommand.self, Bench.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// One line on standard error and the exit status that the error means.
  private static func end(with error: any Error) -> Never {
    switch error {
    case let error as Interrupted:
      say("\(error)")
      Foundation.exit(130)
    case is ExperimentError:
      say("error: \(error)")
      Foundation.exit(64)
    case let error where isOurs(error):
      say("error: \(error)")
      Foundation.exit(1)
    default: exit(withError: error)
    }
  }

  /// Errors of ArgumentParser know their own text and status.
  private static func isOurs(_ error: any Error) -> Bool {
    !String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
  }
}
