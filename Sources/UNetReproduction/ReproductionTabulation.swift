import UNetEvaluation
import UNetVersion

extension Reproduction {
  /// The table of what all trainings left.
  func tabulate(device: String) throws -> ResultTable {
    var result = ResultTable(
      title: plan.title, caveat: plan.caveat, columns: plan.columns.map(\.column), published: plan.published,
      measuredOn: plan.measuredOn, provenance: Provenance(device: device, arguments: arguments))
    var questions = Questions(plan.choice)
    for row in plan.rows {
      for prediction in row.predictions {
        let outcome = try RowOutcome(row, prediction, of: self)
        result.add(outcome, plan.columns, to: row.name + prediction.suffix, group: row.question)
        if row.averagesSeeds, seeds > 1 {
          let together = try RowOutcome(row, prediction, averagesSeeds: true, of: self)
          let name = "\(row.name)\(prediction.suffix), the networks of \(seeds) seeds together"
          result.add(together, plan.columns, to: name, group: row.question)
        }
        result.runs += outcome.lines(plan.columns)
        result.provenance.trainedAt = Set(result.provenance.trainedAt + outcome.commits).sorted()
        result.provenance.trainedOn = Set(result.provenance.trainedOn + outcome.devices).sorted()
        try questions.add(row, outcome)
      }
    }
    result.findings = questions.findings
    return result
  }
}

extension ResultTable {
  /// Fills the empty cells of the row called `name`, a new one where there is none.
  fileprivate mutating func add(
    _ outcome: RowOutcome, _ columns: [TableColumn], to name: String, group: String?
  ) {
    let cells = columns.map { outcome.estimate($0) }
    guard let at = ours.firstIndex(where: { $0.name == name && $0.group == group }) else {
      ours.append(Row(name: name, group: group, cells: cells))
      return
    }
    ours[at].cells = zip(ours[at].cells, cells).map { $0 ?? $1 }
  }
}
