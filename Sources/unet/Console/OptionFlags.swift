import ArgumentParser
import UNetConfiguration

extension OptionTable {
  /// Gives `root` the values of flags that are called as the options are.
  func read(flags: [String: (any CustomStringConvertible)?], into root: inout Root) throws {
    do {
      try read(given: flags.compactMapValues { $0?.description }, into: &root) { "--\($0)" }
    } catch let error as ConfigurationError { throw ValidationError(error.problem) }
  }

  /// The help of the flag for the option at `key`; `standard` is the default where the flag itself has none.
  func help(_ key: String, default standard: String? = nil) -> ArgumentHelp {
    ArgumentHelp(stringLiteral: self[key].meaning + (standard.map { " (default: \($0))" } ?? ""))
  }
}
