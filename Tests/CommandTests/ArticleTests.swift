import Foundation
import Testing
import UNetTestSupport

/// The code in the library's articles and in the README is code that is compiled: of the examples beside these tests,
/// which `LibraryTests` runs, or of the package itself.
@Suite struct ArticleTests {
  private static let articles = "Sources/SwiftUNet/SwiftUNet.docc"
  static let documents =
    (try? FileManager.default.contentsOfDirectory(atPath: PackageFiles.path(articles)))?
    .filter { $0.hasSuffix(".md") }.map { "\(articles)/\($0)" }.sorted() ?? []

  /// The blocks of Swift in a document.
  private func blocks(_ path: String) throws -> [[Substring]] {
    try PackageFiles.text(path).components(separatedBy: "```swift\n").dropFirst().map { rest in
      rest.components(separatedBy: "```")[0].split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast()
    }
  }

  /// Every text that is compiled and may be quoted.
  private func sources() throws -> [String] {
    try ["Sources", "Tests/CommandTests/Examples"].flatMap { folder in
      let files = FileManager.default.enumerator(atPath: PackageFiles.path(folder))
      return try (files?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }.map {
        "\n" + (try PackageFiles.text("\(folder)/\($0)"))
      }
    }
  }

  @Test func thereAreThreeArticlesAndALandingPage() { #expect(Self.documents.count == 4) }

  @Test(arguments: documents + ["README.md", "Documentation/metrics.md"])
  func everyBlockIsCompiled(document: String) throws {
    let (blocks, sources) = (try blocks(document), try sources())
    #expect(!blocks.isEmpty || document.hasSuffix("SwiftUNet.md"))
    for block in blocks where block != ["import SwiftUNet"] {
      let isCompiled = ["", "  ", "    "].contains { indent in
        let text = "\n" + block.map { $0.isEmpty ? "" : indent + $0 }.joined(separator: "\n") + "\n"
        return sources.contains { $0.contains(text) }
      }
      #expect(isCompiled, "\(document): in no compiled file:\n\(block.joined(separator: "\n"))")
    }
  }

  @Test func theExamplesOfTheREADMEHaveAtMostTenLines() throws {
    let blocks = try blocks("README.md").filter { $0 != ["import SwiftUNet"] }
    #expect(blocks.count == 2)
    for block in blocks { #expect(block.count <= 10) }
  }
}
