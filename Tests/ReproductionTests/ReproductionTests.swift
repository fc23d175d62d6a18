import Foundation
import Testing
import UNetCPU
import UNetConfiguration
import UNetExperiments
import UNetFiles
import UNetReproduction
import UNetTestSupport

/// Tables made again, on synthetic pictures and a network that trains in a moment.
@Suite struct ReproductionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let yaml = """
    name: tiny
    data: {synthetic: {kind: membranes, count: 4, size: 64}}
    network: {levels: 2, width: 3, dropout: 0}
    augmentation: {rotation: false, elastic: none, grey: none}
    training: {tile: 60, steps: 12, rate: 0.01, momentum: 0.9}
    evaluation: {metrics: [pixel], every: 100}
    """

  private func reproduction(_ name: String, heldOut: String? = nil, overwrite: Bool = false) throws
    -> Reproduction
  {
    let folds = (0..<2).map {
      ReproductionPlan.Fold(
        name: "\(2 * $0)-\(2 * $0 + 1)", overrides: ["data.hold-out={pages: \(2 * $0)-\(2 * $0 + 1)}"])
    }
    let row = ReproductionPlan.Row(
      name: "tiny net", id: "tiny", yaml: Self.yaml, path: "tiny.yaml", folds: folds,
      predictions: [.init(), .init(suffix: ", flips", overrides: ["prediction.flips=true"])])
    var plan = ReproductionPlan.of(.table1, .quick)
    plan.rows = [row]
    return Reproduction(
      try plan.only(row: nil, heldOut: heldOut), seeds: 2, root: DataRoot(experiment: ""), runs: folder(name),
      results: folder("\(name)-results"),
      overwrite: overwrite)
  }

  private func made(_ reproduction: Reproduction) throws -> [String] {
    try Reproduction.run([reproduction], on: try CPUBackend())[0].files
  }

  /// The table without what differs from one time to the next: seconds, minutes, and how it was made.
  private func table(_ file: String) throws -> [String] {
    try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",")
    }
  }

  @Test func everyFoldAndSeedStandsInTheTable() throws {
    let files = try made(reproduction("a"))
    #expect(files == ["a-results/table1-quick.md", "a-results/table1-quick.csv"].map { folder($0) })
    let rows = try table(files[1])
    for name in ["tiny net", "\"tiny net, flips\""] {
      for kind in ["mean", "low", "high"] { #expect(rows.count { $0.hasPrefix("\(name),\(kind),") } == 1) }
    }
    for fold in ["0-1", "2-3"] {
      for seed in 1...2 {
        #expect(rows.count { $0.hasPrefix("\"tiny net, held out \(fold), seed \(seed)\",run,") } == 1)
      }
    }
    let markdown = try String(contentsOfFile: files[0], encoding: .utf8)
    for words in ["never published", "| 1. u-net | 0.000353 |", "| tiny net, flips | ", "steps", "commit"] {
      #expect(markdown.contains(words), "\(words)")
    }
  }

  @Test func whatIsDoneIsNotDoneAgainAndWhatIsLostIsMadeTheSame() throws {
    let files = try made(reproduction("a"))
    let first = try table(files[1])
    let run = folder("a/table1-quick/tiny-0-1-seed1")
    let trained = try FileManager.default.attributesOfItem(atPath: "\(run)/model.safetensors")
    let refused = try #require(throws: OutputError.self) { try made(reproduction("a")) }
    #expect(refused.path == files[0] && refused.choices == ["overwrite", "output"])
    _ = try made(reproduction("a", overwrite: true))
    let again = try FileManager.default.attributesOfItem(atPath: "\(run)/model.safetensors")
    #expect(trained[.modificationDate] as? Date == again[.modificationDate] as? Date)
    #expect(try table(files[1]) == first)
    for lost in ["tiny-0-1-seed1", "tiny-2-3-seed2"] {
      try FileManager.default.removeItem(atPath: folder("a/table1-quick/\(lost)"))
    }
    _ = try made(reproduction("a", overwrite: true))
    #expect(try table(files[1]) == first)
  }

  @Test func seedsMakeADifferenceAndFlipsToo() throws {
    let rows = try table(try made(reproduction("a"))[1]).filter { $0.contains(",run,") }
    let figures = rows.map { $0.split(separator: ",run,").last ?? "" }
    #expect(rows.count == 8)
    #expect(Set(figures).count == 8)
  }

  @Test func aPartOfATableTakesItsRowsAndLeavesItsTrainingsToTheWhole() throws {
    let plan = ReproductionPlan.of(.table1, .full)
    let part = try plan.only(row: "u-net", heldOut: "20-29")
    #expect(part.rows.map(\.id) == ["u-net"] && part.rows[0].folds.map(\.name) == ["20-29"])
    #expect(try plan.only(row: nil, heldOut: nil).rows.map(\.id) == plan.rows.map(\.id))
    #expect(try plan.only(row: nil, heldOut: "0-9").rows.map(\.id) == ["u-net", "sliding-window"])
    for (row, heldOut, text) in [
      ("unet", nil, "--row: is 'unet', which this table has not: give u-net or sliding-window"),
      ("u-net", "20", "--held-out: is '20', which this table has not: give 0-9, 10-19 or 20-29"),
    ] {
      #expect(
        "\(try #require(throws: ConfigurationError.self) { try plan.only(row: row, heldOut: heldOut) })"
          == text)
    }

    let whole = try made(reproduction("whole"))
    let files = try made(reproduction("part", heldOut: "2-3"))
    #expect(
      files.map { ($0 as NSString).lastPathComponent } == ["table1-quick-2-3.md", "table1-quick-2-3.csv"])
    // An automatic threshold is chosen by the other parts, which a part of the table has not; the networks are the same.
    func states(_ file: String) throws -> [String] {
      try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").filter {
        $0.contains("held out 2-3")
      }
      .compactMap { $0.firstMatch(of: /`([0-9a-f]{12})`/).map { String($0.output.1) } }
    }
    let (some, all) = (try states(files[0]), try states(whole[0]))
    #expect(some.count == 4 && some == all)
    let rest = try made(reproduction("part"))
    #expect(rest == whole.map { $0.replacing("whole-results", with: "part-results") })
  }
}
