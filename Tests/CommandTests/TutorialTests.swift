import Foundation
import Testing
import UNetTestSupport

/// The four commands at the beginning of `Documentation/tutorial.md`, as they stand there but for the time.
@Suite struct TutorialTests {
  private let folder: TemporaryFolder
  private let transcript: [Substring]

  init() throws {
    folder = try TemporaryFolder()
    let text = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Documentation/tutorial.md"), encoding: .utf8)
    let block = try #require(text.components(separatedBy: "```console\n").dropFirst().first)
    transcript = try #require(block.components(separatedBy: "```").first).split(separator: "\n")
  }

  private func run(_ command: Substring) throws -> UnetCommand.Outcome {
    let words = command.split(separator: " ").dropFirst().map(String.init)
    try #require(!words.isEmpty && !command.contains { "'\"\\$*".contains($0) }, "\(command)")
    return try UnetCommand.run(words, in: "cd '\(folder(""))' && exec \"$@\"")
  }

  @Test func fourCommandsLeadFromImagesToAReport() throws {
    for command in [
      "unet synthesize cells --output cells --count 12 --size 128 --files",
      "unet synthesize cells --output new --count 3 --size 160 --seed 101 --files",
    ] { try #require(try run(command[...]).status == 0) }
    let commands = transcript.filter { $0.hasPrefix("$ ") }.map { $0.dropFirst(2) }
    let verbs = commands.map { $0.split(separator: " ")[1] }
    #expect(verbs == ["plan", "train", "segment", "report"])
    var output = ""
    for command in commands {
      let quick = command.replacingOccurrences(of: "--minutes 5", with: "--minutes 0.2")
      let device = command.contains(" report ") || command.contains(" segment ") ? " --device cpu" : ""
      let outcome = try run((quick + device)[...])
      #expect(outcome.status == 0, "\(command): \(outcome.messages)")
      output += outcome.output
    }
    // Every file that the transcript names is there, and told.
    let files = transcript.filter { $0.hasPrefix("results/") || $0.hasSuffix(".html") && !$0.hasPrefix("$") }
    #expect(files.count == 10)
    for file in files {
      #expect(output.split(separator: "\n").contains(file), "\(file)")
      #expect(folder.files.contains(String(file)), "\(file)")
    }
    let page = try folder.text("report.html")
    for part in ["Figures of held-out images", "<svg", "data:image/png"] { #expect(page.contains(part)) }
  }
}
