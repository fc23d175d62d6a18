import Foundation
import UNetEvaluation
import UNetFiles
import UNetNumerics

/// `log.csv`: a row now and then while a run trains.
package struct RunLog {
  package struct Row {
    package let step: Int
    package let loss: Float
    package let rate: Double
    package fileprivate(set) var seconds: Double
    package var figures: Evaluation?

    /// A row without figures.
    package init(step: Int, loss: Float, rate: Double, seconds: Double, figures: Evaluation? = nil) {
      (self.step, self.loss, self.rate, self.seconds) = (step, loss, rate, seconds)
      self.figures = figures
    }
  }

  package private(set) var rows: [Row]
  /// How many of the rows that the checkpoint kept the file did not have, so that their seconds are those of the row before.
  package private(set) var untimed = 0
  private var figures: [Figure]
  /// The file.
  package let path: String
  private var written = ContinuousClock.now - .seconds(60)

  /// The log of a run that goes on after `step` steps, with a column for each of `figures`, and for each other figure that its
  /// rows have.
  ///
  /// It is what the run's checkpoint `kept`, with the seconds of the file at `path`; of a checkpoint that kept none, what the
  /// file has of these steps, the last of several rows of a step.
  package init(_ path: String, figures: [Figure], kept: String?, upTo step: Int) {
    (self.path, self.figures) = (path, figures)
    let text = (try? FileReader.bytes(of: path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let found = Dictionary(RunLog.rows(of: text).map { ($0.step, $0) }) { $1 }
    rows = kept.map(RunLog.rows) ?? found.values.filter { $0.step <= step }.sorted { $0.step < $1.step }
    if kept != nil { addSeconds(found) }
    self.figures += Figure.allCases.filter { figure in
      !figures.contains(figure) && rows.contains { $0.figures?[figure] != nil }
    }
  }

  private mutating func addSeconds(_ found: [Int: Row]) {
    var seconds = 0.0
    for place in rows.indices {
      let row = found[rows[place].step].flatMap { $0.loss == rows[place].loss ? $0 : nil }
      if row == nil { untimed += 1 }
      seconds = max(seconds, row?.seconds ?? 0)
      rows[place].seconds = seconds
    }
  }

  /// The seconds of training so far.
  package var seconds: Double { rows.last?.seconds ?? 0 }

  /// Adds a row, to which `complete` may give figures.
  package mutating func add(_ row: Row) { rows.append(row) }

  /// Writes the file unless that was done within two seconds; at once where `isUrgent` or the last row has figures.
  package mutating func writeWhenDue(isUrgent: Bool) throws {
    guard isUrgent || rows.last?.figures != nil || ContinuousClock.now - written > .seconds(2) else { return }
    try write()
  }

  /// Gives the row of the last step its figures.
  package mutating func complete(step: Int, _ figures: Evaluation?) {
    guard let last = rows.indices.last, rows[last].step == step, let figures else { return }
    rows[last].figures = figures
  }

  /// Writes the file.
  package mutating func write() throws {
    try AtomicFile.write(text(timed: true), to: path)
    written = .now
  }

  /// What a checkpoint keeps: all but the seconds, which are not the same in two runs.
  package var kept: String { text(timed: false) }

  private func text(timed: Bool) -> String {
    let seconds = timed ? ["seconds"] : []
    let header = ["step", "loss", "rate"] + seconds + figures.map(\.name)
    let lines = rows.map { row in
      ["\(row.step)", "\(row.loss)", "\(row.rate)"] + seconds.map { _ in String(format: "%.2f", row.seconds) }
        + figures.map { row.figures?[$0].map { "\($0)" } ?? "" }
    }
    return csv([header] + lines)
  }

  /// The rows of a text, of which lines that are damaged are left out, and no other.
  private static func rows(of text: String) -> [Row] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first else { return [] }
    let figures = names.map { name in Figure.allCases.first { $0.name == name } }
    return lines.dropFirst().compactMap { fields in
      guard fields.count == names.count else { return nil }
      let values = Dictionary(zip(names, fields)) { first, _ in first }
      guard let step = values["step"].flatMap({ Int($0) }), let loss = values["loss"].flatMap(Float.init),
        let rate = values["rate"].flatMap(Double.init), let seconds = Double(values["seconds"] ?? "0")
      else { return nil }
      var evaluation = Evaluation()
      for case (let figure?, let field) in zip(figures, fields) { evaluation[figure] = Double(field) }
      return Row(
        step: step, loss: loss, rate: rate, seconds: seconds,
        figures: evaluation.rows.isEmpty ? nil : evaluation)
    }
  }
}
