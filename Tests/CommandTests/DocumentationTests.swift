import Foundation
import Testing
import UNetDevices
import UNetExperiments
import UNetOpenCL
import UNetOptions
import UNetTestSupport

/// The documents say what the code does.
@Suite struct DocumentationTests {
  private func document(_ path: String) throws -> String {
    try PackageFiles.text(path)
  }

  /// The text between the first line "```yaml" and the next "```".
  private func firstYAML(of path: String) throws -> String {
    let text = try document(path)
    let start = try #require(text.range(of: "```yaml\n"))
    let end = try #require(text.range(of: "```", range: start.upperBound..<text.endIndex))
    return String(text[start.upperBound..<end.lowerBound])
  }

  @Test func theDocumentedDefaultsAreThoseOfTheCode() throws {
    #expect(try firstYAML(of: "Documentation/experiments.md") == Experiment(name: "example").yaml())
  }

  /// Where this fails, the table of its message belongs into the document.
  @Test(arguments: Experiment.documentation) func theTablesOfTheKeysAreThoseOfTheCode(
    options: [OptionDocumentation]
  ) throws {
    let (text, table) = (try document("Documentation/experiments.md"), OptionDocumentation.markdown(options))
    #expect(text.contains("\n\n\(table)\n"), "Documentation/experiments.md lacks\n\(table)")
  }

  @Test func everyKeyIsExplained() throws {
    let text = try document("Documentation/experiments.md")
    let table = try #require(text.range(of: "## What the keys mean")).upperBound
    for line in Experiment(name: "example").yaml().split(separator: "\n") where !line.hasSuffix(":") {
      let key = line.drop { $0 == " " }.prefix { $0 != ":" }
      #expect(text[table...].contains("\(key)`"), "\(key)")
    }
  }

  @Test func theExperimentOfTheREADMEIsOne() throws {
    let experiment = try Experiment(yaml: firstYAML(of: "README.md"), file: "README.md")
    #expect(experiment.data.kind == .instances)
  }

  @Test func theDocumentedTuningIsOneWithTheValuesOfTheCode() throws {
    let target = TuningTarget(
      name: "pthread-skylake-avx512-AMD EPYC", driver: "3.1+debian", kind: .cpu,
      limits: .init(localBytes: 32 << 10, items: 4096))
    let path = "Documentation/kernels.md"
    let tuning = try TuningFile(yaml: firstYAML(of: path), file: path, for: target)
    #expect(tuning.origin?.size == 284)
    #expect(tuning.schedules == KernelSchedule.Name.allCases.map(target.standard))
  }

  @Test func everyVerbStandsInTheREADME() throws {
    let readme = try document("README.md")
    let verbs = try UnetCommand.verbs()
    #expect(verbs.count >= 8)
    for verb in verbs { #expect(readme.contains("| `\(verb)` |"), "\(verb)") }
  }
}
