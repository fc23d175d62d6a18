import Foundation
import Testing
import UNetTestSupport
import UNetVersion

/// Wrong commands: one line, status 64, and where help is.
@Suite struct UsageTests {
  @Test(arguments: [
    (["tarin"], "tarin"), (["trian", "e.yaml"], "unknown verb 'trian': did you mean 'train'?"),
    (["picture"], "unknown verb 'picture'; see"), (["train"], "<experiment>"),
    (["train", "x.yaml", "--stepz", "3"], "--stepz"),
    (["train", "x.yaml", "--steps", "many"], "many"), (["train", "x.yaml", "--device", "gpu"], "gpu"),
    (["train", "x.yaml", "--resume", "--overwrite"], "--overwrite"), (["segment", "m"], "<images>"),
    (["segment", "m", "a.png"], "--output"),
    (["segment", "m", "a", "--output", "o", "--threshold", "2"], "--threshold"),
    (["segment", "m", "a", "--output", "o", "--rotations", "0"], "--rotations"),
    (["segment", "m", "a", "--output", "o", "--grow", "101"], "--grow"),
    (["segment", "m", "a", "--output", "o", "--smallest-area=-1"], "--smallest-area"),
    (["evaluate", "--truth", "a"], "--prediction"),
    (["evaluate", "--truth", "a", "--prediction", "b", "--metrics", "pixels"], "pixels"),
    (
      ["evaluate", "--truth", "a", "--prediction", "b", "--metrics", "dice,f1"], "--metrics: 'f1' is none of"
    ),
    (["segment", "m", "a", "--output", "o", "--write", "labels,mask"], "--write: 'mask' is none of"),
    (["evaluate", "--truth", "a", "--prediction", "b", "--table", "./x", "--curve", "x"], "--table ./x"),
    (["weight-map", "a.tif", "--output", "w.png"], "w.png"),
    (["weight-map", "a.tif", "--output", "w.tif", "--sigma", "0"], "--sigma"),
    (["synthesize", "cells", "--output", "o", "--count", "10000", "--size", "16384"], "lower count or size"),
    (["synthesize", "trees", "--output", "o"], "trees"),
    (["synthesize", "cells", "--output", "o", "--size", "3"], "--size"),
    (["bench", "--levels", "1"], "--levels"), (["tune", "--size", "571"], "--size"),
    (["tune", "--runs", "1"], "--runs"), (["tune", "--width", "0"], "--width"),
    (["tune", "--size", "9223372036854775807"], "--size"), (["bench", "--runs", "0"], "--runs"),
    (["bench", "--size", "9223372036854775807"], "--size"),
    (["bench", "--image", "9223372036854775807"], "--image"),
    (["train", "x.yaml", "--device", "nvidia"], "opencl:nvidia (a part of its name)"),
    (["synthesize", "cells", "--output", "o", "--count", "-3"], "--count must be"),
    (["synthesize", "cells", "--output", "o", "--count", "three"], "must be a whole number"),
    (["weight-map", "a.tif", "--output", "w.tif", "--w0", "-1"], "--w0 must be"),
    (["segment", "m", "a", "--output", "o", "--grow", "-1"], "--grow must be"),
    (["segment", "m", "a", "--output", "o", "--threshold", "half"], "must be a number"),
    (["evaluate", "-truth", "a"], "unknown option '-truth': did you mean '--truth'?"),
    (["segment", "m", "a", "-output", "o"], "unknown option '-output': did you mean '--output'?"),
    (["parity", "--only", "nonsense"], "--only nonsense is in no operation"),
  ])
  func aWrongCommandGetsOneLine(arguments: [String], word: String) throws {
    let outcome = try UnetCommand.run(arguments)
    expectError(outcome, status: 64, naming: word, "unet help")
    #expect(outcome.messages.split(separator: "\n").count == 1)
    #expect(outcome.output.isEmpty)
  }

  @Test func everyVerbExplainsItself() throws {
    let verbs = try UnetCommand.verbs()
    #expect(verbs.count >= 11)
    for verb in verbs {
      let outcome = try UnetCommand.run("help", verb)
      #expect(outcome.status == 0, "\(verb)")
      #expect(outcome.output.hasPrefix("OVERVIEW: "), "\(verb)")
      #expect(outcome.output.contains("USAGE: unet \(verb)"), "\(verb)")
      #expect(outcome.messages.isEmpty, "\(verb)")
    }
  }

  /// Words with their meanings beside them, which a terminal breaks where it is too narrow.
  @Test func tablesOfTheHelpFitEightyColumns() throws {
    var count = 0
    for verb in try UnetCommand.verbs() {
      func lines(columns: Int) throws -> [Substring] {
        try UnetCommand.run("help", verb, environment: ["COLUMNS": "\(columns)"]).output.split(
          separator: "\n")
      }
      let rows = try lines(columns: 200).prefix { !$0.hasPrefix("USAGE") }.filter {
        $0.contains(/^\S*[^.\s] {2,}\S|^\S.*? {3,}\S|^ {3,}\S/)
      }
      let narrow = Set(try lines(columns: 80))
      for row in rows { #expect(narrow.contains(row), "\(verb): \(row)") }
      count += rows.count
    }
    #expect(count > 30)
  }

  @Test func theVersionIsThatOfTheChangelogWithTheCommitOfTheBuild() throws {
    let outcome = try UnetCommand.run("--version")
    #expect(outcome.status == 0 && outcome.messages.isEmpty)
    #expect(outcome.output == "unet \(Version.number) (\(Version.commit()))\n")
    let newest = try PackageFiles.text("CHANGELOG.md").split(separator: "\n").first { $0.hasPrefix("## ") }
    #expect(newest?.dropFirst(3).prefix { $0 != " " } == Version.number[...])
  }

  @Test func everyHelpHasExamplesOfItsOwnFlags() throws {
    for verb in try UnetCommand.verbs() {
      let help = try UnetCommand.run("help", verb).output
      let start = try #require(help.range(of: "EXAMPLES\n"), "\(verb) has no example").upperBound
      let examples = help[start...].split(separator: "\n", omittingEmptySubsequences: false).prefix {
        !$0.isEmpty
      }
      #expect(!examples.isEmpty)
      for example in examples {
        guard let own = example.range(of: "unet \(verb)") else { continue }
        for flag in example[own.upperBound...].split(separator: " ") where flag.hasPrefix("--") {
          #expect(help.contains(flag), "\(verb): \(flag)")
        }
      }
      #expect(examples.contains { $0.contains("unet \(verb)") }, "\(verb)")
    }
  }
}
