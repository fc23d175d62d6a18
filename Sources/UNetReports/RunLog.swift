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
    package let seconds: Double
    package var figures: Evaluation?

    /// A row without figures.
    package init(step: Int, loss: Float, rate: Double, seconds: Double, figures: Evaluation? = nil) {
      (self.step, self.loss, self.rate, self.seconds) = (step, loss, rate, seconds)
      self.figures = figures
    }
  }

  package private(set) var rows: [Row] = []
  private var figures: [Figure]
  private let path: String
  private var written = ContinuousClock.now - .seconds(60)

  /// The log that a run left after at most `step` steps, empty where there is none, with a column for each of `figures`, and
  /// for each other figure that it has.
  package init(_ path: String, figures: [Figure], upTo step: Int) {
    (self.path, self.figures) = (path, figures)
    // A line that is damaged is left out, and no other.
    let text = (try? FileReader.bytes(of: path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let lines = text.split(separator: "\n").map(String.init)
    let names = (lines.first ?? "").split(separator: ",").dropFirst(4).map(String.init)
    let columns = names.map { name in Figure.allCases.first { $0.name == name } }
    rows = lines.dropFirst().compactMap { row($0, columns) }.filter { $0.step <= step }
    self.figures += columns.compactMap(\.self).filter { figure in
      !figures.contains(figure) && rows.contains { $0.figures?[figure] != nil }
    }
  }

  /// The seconds of training so far.
  package var seconds: Double { rows.last?.seconds ?? 0 }

  /// Adds a row, to which `complete` may give figures.
  package mutating func add(_ row: Row) { rows.append(row) }

  /// Writes the file unless that was done within two seconds; at once where the last row has figures.
  package mutating func writeWhenDue() throws {
    guard rows.last?.figures != nil || ContinuousClock.now - written > .seconds(2) else { return }
    try write()
  }

  /// Gives the row of the last step its figures.
  package mutating func complete(step: Int, _ figures: Evaluation?) {
    guard let last = rows.indices.last, rows[last].step == step, let figures else { return }
    rows[last].figures = figures
  }

  /// Writes the file.
  package mutating func write() throws {
    let header = ["step", "loss", "rate", "seconds"] + figures.map(\.name)
    try AtomicFile.write(csv([header] + rows.map(fields)), to: path)
    written = .now
  }

  private func fields(_ row: Row) -> [String] {
    ["\(row.step)", "\(row.loss)", "\(row.rate)", String(format: "%.2f", row.seconds)]
      + figures.map { row.figures?[$0].map { "\($0)" } ?? "" }
  }

  private func row(_ line: String, _ columns: [Figure?]) -> Row? {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 4 + columns.count, let step = Int(fields[0]), let loss = Float(fields[1]),
      let rate = Double(fields[2]), let seconds = Double(fields[3])
    else { return nil }
    var evaluation = Evaluation()
    for case (let figure?, let field) in zip(columns, fields.dropFirst(4)) {
      evaluation[figure] = Double(field)
    }
    return Row(
      step: step, loss: loss, rate: rate, seconds: seconds,
      figures: evaluation.rows.isEmpty ? nil : evaluation)
  }
}
