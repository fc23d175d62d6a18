/// The rule for every result: it takes the place of no file that is read for it, and of no other file unless that may be
/// replaced.
package struct Outputs: Sendable {
  private let inputs: Set<String>
  private let overwrite: Bool

  /// Results of work that reads `inputs`; other files that are there may be replaced where `overwrite` says so.
  package init(of inputs: [String] = [], overwrite: Bool) {
    (self.inputs, self.overwrite) = (Set(inputs.map(Path.real)), overwrite)
  }

  /// Makes sure, before there is anything to write, that each of `paths` may be; `choice` is what names them.
  /// - Throws: `OutputError`.
  package func check(_ paths: [String], choice: String = "output") throws {
    for path in paths {
      let isInput = inputs.contains(Path.real(path))
      guard !isInput && (overwrite || !Files.exists(path)) else {
        throw OutputError(path: path, isInput: isInput, choices: isInput ? [choice] : ["overwrite", choice])
      }
    }
  }
}

/// A file that a result would replace.
package struct OutputError: MendedByChoice, Equatable, CustomStringConvertible {
  /// The file.
  package let path: String
  /// Whether the result is made from it.
  package let isInput: Bool
  /// Another place, or that it may be replaced.
  package let choices: [String]

  /// `path` is read, or is there already.
  package init(path: String, isInput: Bool = false, choices: [String] = ["overwrite", "output"]) {
    (self.path, self.isInput, self.choices) = (path, isInput, choices)
  }

  /// One sentence with the remedy.
  package var description: String {
    isInput
      ? "\(path) is an input and would be replaced: choose another place"
      : "\(path) is there already: replace it or choose another place"
  }
}
