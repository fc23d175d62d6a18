import ArgumentParser
import CHeap
import Foundation
import UNetConfiguration
import UNetExperiments
import UNetFiles
import UNetOpenCL
import UNetTraining
import UNetVersion
import UNetWork

/// `unet`: the command.
@main
struct Unet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unet",
    abstract:
      "Trains the U-Net (Ronneberger, Fischer and Brox, 2015) on annotated images, and segments others with it.",
    discussion: """
      An experiment, a YAML file, names images with labels and says how to train:

        unet train cells/experiment.yaml
        unet segment runs/cells/model.safetensors new-images/ --output results

      README.md and Documentation/tutorial.md show how to begin.  Everything runs on any OpenCL device (a graphics \
      card or a processor) and, without one, on the processor alone, with the same results.

      Results go to standard output, progress and messages to standard error.
      Exit status: 0 done; 1 the work failed; 64 the command or the experiment is wrong; 130 interrupted.

      Environment:
      \(EnvironmentVariable.help)
      """,
    version: "unet \(Version.number) (\(Version.commit()))",
    subcommands: [
      Devices.self, Doctor.self, Plan.self, Train.self, Segment.self, Import.self, Export.self, Evaluate.self,
      WeightMapCommand.self,
      Augment.self,
      Choose.self, Study.self, Report.self, Serve.self, Synthesize.self, Reproduce.self, ParityCommand.self,
      Bench.self,
      Tune.self,
    ])

  static func main() {
    returnLargeBlocks()
    ProcessLimits.failCalls()
    var verb: (any ParsableCommand.Type)?
    do {
      try checkArguments()
      var command = try parseAsRoot()
      verb = type(of: command)
      try ProcessLimits.checkFiles()
      if let verb { try RankedProcess.checkAlone(name(of: verb)) }
      try command.run()
      RankedProcess.end()
      try checkOutput()
    } catch {
      end(with: error, of: verb)
    }
  }

  /// An empty argument is a variable of the shell that is not set; as a folder it would mean `/`.
  private static func checkArguments() throws {
    let words = CommandLine.arguments.dropFirst()
    // ArgumentParser takes it for letters of its own: `-truth` has the `h` of help.
    let help =
      configuration.subcommands.first { name(of: $0) == words.first }?.helpMessage(columns: 200) ?? ""
    if let dashed = words.first(where: {
      $0.wholeMatch(of: /-[a-z][a-z-]+/) != nil && help.contains(" -\($0) ")
    }) {
      throw ValidationError("unknown option '\(dashed)': did you mean '-\(dashed)'?")
    }
    let isEmpty = { (word: String) in word.isEmpty || word.hasPrefix("--") && word.hasSuffix("=") }
    guard let empty = words.firstIndex(where: isEmpty) else { return }
    let before = words[empty].isEmpty ? words[..<empty].last : words[empty]
    throw ValidationError("an argument is empty\(before.map { ", behind '\($0)'" } ?? "")")
  }

  private static func name(of verb: any ParsableCommand.Type) -> String {
    verb.configuration.commandName ?? "\(verb)".lowercased()
  }

  /// One line on standard error and the exit status that the error means.
  private static func end(with error: any Error, of verb: (any ParsableCommand.Type)?) -> Never {
    switch error {
    case let error as Interrupted:
      if RankedProcess.says("\(error)", error), RankedProcess.name.isEmpty { say("\(error)") }
      exit(130)
    // Another has said why.
    case let error as RankEnded:
      if RankedProcess.name.isEmpty {
        say("rank \(error.rank) has ended, and so do all\(verb == Train.self ? ": go on with --resume" : "")")
      }
      exit(error.word == .interrupted ? 130 : 1)
    case let error where isOurs(error):
      let line = line(for: error, of: verb)
      let text = "error: \(RankedProcess.name)\(line)"
      // The compiler's own lines follow; in any other error a new line is a part of a name.
      if RankedProcess.says(line, error) {
        (error is KernelBuildError ? text.components(separatedBy: "\n") : [shortened(text)]).forEach {
          say($0)
        }
      }
      exit(error is ConfigurationError || error is Divergence ? 64 : 1)
    case let error as ExitCode: exit(error.rawValue)
    case let error where exitCode(for: error) != .success:
      say("error: \(oneLine(error))")
      exit(64)
    default: exit(withError: error)
    }
  }

  private static func exit(_ status: Int32) -> Never {
    RankedProcess.end()
    Foundation.exit(status)
  }

  /// A line that repeats what a file holds is no longer than a screen or two.
  private static func shortened(_ line: String) -> String {
    line.utf8.count <= 4000 ? line : "\(line.prefix(1000)) ... \(line.suffix(1000))"
  }

  /// What an error of ours says, with the flags that mend it.
  static func line(for error: any Error, of verb: (any ParsableCommand.Type)?) -> String {
    "\(inWordsOfTheCommand(error))\(flags(for: error, of: verb))"
  }

  /// The verb's flags for what may be chosen otherwise, such as ` (--output)`: the libraries do not know them.
  private static func flags(for error: any Error, of verb: (any ParsableCommand.Type)?) -> String {
    guard let error = error as? any MendedByChoice, let verb else { return "" }
    let help = verb.helpMessage(columns: 200)
    let flags = error.choices.map { choice in
      "--" + choice.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }.filter { help.contains("\($0) ") }
    return flags.isEmpty ? "" : " (\(flags.joined(separator: ", ")))"
  }

  /// What ArgumentParser says of a wrong command, without its summary of the usage.
  private static func oneLine(_ error: any Error) -> String {
    let text = message(for: error).split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let verbs = configuration.subcommands.map(name)
    let arguments = CommandLine.arguments.dropFirst()
    if let word = arguments.first, !(verbs + ["help"]).contains(word), !word.hasPrefix("-") {
      let nearest = nearestName(to: word, among: verbs).map { ": did you mean '\($0)'?" } ?? ""
      return "unknown verb '\(word)'\(nearest); see `unet help`"
    }
    let verb = arguments.first { verbs.contains($0) }
    let words = text.joined(separator: " ")
    return (words.hasSuffix(".") ? String(words.dropLast()) : words)
      + "; see `unet help\(verb.map { " \($0)" } ?? "")`"
  }

  /// Errors of ArgumentParser know their own text and status.
  private static func isOurs(_ error: any Error) -> Bool {
    !String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
  }
}
