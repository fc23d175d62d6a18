import Foundation
import Testing
import UNetExperimentFiles
import UNetExperiments
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
    for row in chosen {
      if row[0] == "prediction" {
        #expect(try experiment(of: plan.rows[0]).prediction.chosenText == row[2])
      } else {
        #expect(try lacking(row[2], to: row[0], of: plan) == [], "\(row[0]) \(row[2])")
      }
    }
  }

  private func experiment(of row: ReproductionPlan.Row, _ overrides: [String] = []) throws -> Experiment {
    try Experiment(yaml: row.yaml, file: row.path, overrides: overrides)
  }

  /// What an answer sets that the experiment of the study has not, but for the number of steps, which follows from the time of a
  /// training, and for options of the prediction that are chosen; nil where there is no such answer.
  private func lacking(_ answer: String, to question: String, of plan: ReproductionPlan) throws -> [String]? {
    guard let row = plan.rows.first(where: { $0.question == question && $0.name == answer }) else {
      return nil
    }
    let settled = try experiment(of: row)
    return try row.answer.filter { set in
      try !set.hasPrefix("training.steps=") && experiment(of: row, [set]) != settled
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
