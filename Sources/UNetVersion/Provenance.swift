import Foundation

/// Where a table or a report comes from: what a reader needs to make it again.
package struct Provenance: Codable, Equatable, Sendable {
  /// The command as it was given.
  package var command: String
  /// The commit that the command was built from, wherever it runs (`Version.commit`).
  package var commit: String
  /// The commits at which what stands in a table was trained, where they were noted.
  package var trainedAt: [String] = []
  /// The name of the backend that finished it, and of those that trained what stands in a table, where they were noted.
  package var device: String, trainedOn: [String] = []
  /// The day it was finished, in ISO 8601.
  package var date: String

  /// This command, given as the words of its line, finished today.
  package init(device: String, arguments: [String]) {
    let words = ["unet"] + arguments.dropFirst()
    command = words.map(Self.quoted).joined(separator: " ")
    (self.device, commit) = (device, Version.commit())
    date = String(ISO8601DateFormatter().string(from: Date()).prefix(10))
  }

  private static func quoted(_ word: String) -> String {
    word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:=,%+".contains($0) } && !word.isEmpty
      ? word : "'\(word.replacingOccurrences(of: "'", with: "'\\''"))'"
  }
}
