import Foundation

/// Where a table comes from: what a reader needs to make it again.
package struct Provenance: Codable, Equatable, Sendable {
  /// The command as it was given.
  package var command: String
  /// The commit of the source around the working folder, `-dirty` where files differ from it; `unknown` elsewhere.
  package var commit: String
  /// The commits at which what stands in the table was trained, where they were noted.
  package var trainedAt: [String] = []
  /// The backend's name.
  package var device: String
  /// The day it was finished, in ISO 8601.
  package var date: String

  /// The present command and day.
  package init(device: String, arguments: [String] = CommandLine.arguments) {
    let words = ["unet"] + arguments.dropFirst()
    command = words.map(Self.quoted).joined(separator: " ")
    (self.device, commit) = (device, Self.commitHere())
    date = String(ISO8601DateFormatter().string(from: Date()).prefix(10))
  }

  private static func quoted(_ word: String) -> String {
    word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:=,%+".contains($0) } && !word.isEmpty
      ? word : "'\(word.replacingOccurrences(of: "'", with: "'\\''"))'"
  }

  private static func commitHere() -> String {
    guard let hash = git("rev-parse", "--short=12", "HEAD") else { return "unknown" }
    // Only what makes the command counts: its own results lie beside it.
    let changes =
      git(
        "status", "--porcelain", "--untracked-files=no", "--", "Sources", "Kernels", "Package.swift",
        "Experiments/*.yaml") ?? ""
    return changes.isEmpty ? hash : "\(hash)-dirty"
  }

  /// What git prints; `nil` where there is no git or it fails.
  private static func git(_ arguments: String...) -> String? {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? text.trimmingCharacters(in: .whitespacesAndNewlines) : nil
  }
}
