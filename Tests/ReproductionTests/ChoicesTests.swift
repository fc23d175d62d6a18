import Foundation
import Testing
import UNetExperimentFiles
import UNetReproduction
import UNetTestSupport

/// The experiments of the tables have what was chosen for them inside their training images.
@Suite struct ChoicesTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Experiments")

  @Test(arguments: ReproducedTable.allCases) func everyStudyCanBeMadeAgain(table: ReproducedTable) throws {
    #expect(try ReproductionPlan.choices(for: table).isEmpty == (table == .ablation))
  }

  @Test(arguments: ChoiceFile.allCases) func anExperimentHasTheAnswersOfItsStudy(study: ChoiceFile) throws {
    let plan = try StudyFile(Self.folder.appendingPathComponent("choices/\(study.rawValue).yaml").path).plan()
    let results = Self.folder.appendingPathComponent("results/\(study.rawValue).csv").path
    guard FileManager.default.fileExists(atPath: results) else {
      print("skipped: \(study.rawValue) has no table yet, so nothing is chosen by it")
      return
    }
    let rows = try String(contentsOfFile: results, encoding: .utf8).split(separator: "\n").map(cells)
    let chosen = rows.filter { $0.count > 2 && $0[1] == "chosen" }
    #expect(!chosen.isEmpty)
    for row in chosen where row[0] != "prediction" {
      #expect(try plan.lacks(row[2], to: row[0]) == [], "\(row[0]) \(row[2])")
    }
  }

  /// The cells of a line of CSV, some in quotation marks.
  private func cells(_ line: Substring) -> [String] {
    var (cells, isQuoted) = ([""], false)
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: cells.append("")
      default: cells[cells.count - 1].append(character)
      }
    }
    return cells
  }
}
