import Foundation
import UNetEvaluation
import UNetNumerics
import UNetVersion

/// A table of the paper beside ours, as Markdown for people and as CSV for programs.
package struct ResultTable: Equatable, Sendable {
  /// The heading.
  package var title: String
  /// What a reader must know before comparing rows.
  package var caveat: String
  /// The columns after the row's name.
  package var columns: [Column]
  /// Rows as published, with what their heading says.
  package var published: [Published]
  /// Our rows.
  package var ours: [Row] = []
  /// What is chosen by them.
  package var findings: [Finding] = []
  /// What our figures were measured on.
  package var measuredOn: String
  /// What the rows were made from, a line each.
  package var runs: [RunLine] = []
  /// How to make the table again.
  package var provenance: Provenance

  /// A column.
  package struct Column: Equatable, Sendable {
    /// Its name in Markdown and in CSV.
    package let title: String
    /// Decimals in Markdown.
    package let digits: Int
    /// Whether its brackets hold the least and the greatest, and not an interval: of seconds, which vary with the machine.
    package var isRange = false
  }

  /// Rows of one source; `nil` where it has no figure.
  package struct Published: Equatable, Sendable {
    /// What they were measured on, and where they were published.
    package let source: String
    /// Name and figures, in as many digits as published.
    package let rows: [(name: String, figures: [String?])]

    /// Equal in all texts.
    package static func == (a: Published, b: Published) -> Bool {
      a.source == b.source && a.rows.map(\.name) == b.rows.map(\.name)
        && a.rows.map(\.figures) == b.rows.map(\.figures)
    }
  }

  /// A row of ours.
  package struct Row: Equatable, Sendable {
    /// What it is.
    package let name: String
    /// The rows among which it stands, in words; `nil`: those before it.
    package var group: String?
    /// A figure for each column, where there is one.
    package var cells: [Estimate?]
  }

  /// The answer to a question, and why.
  package struct Finding: Equatable, Sendable {
    package let question: String, answer: String, reason: String
  }

  /// One training with its figures.
  package struct RunLine: Equatable, Sendable {
    /// Row, fold and seed.
    package let name: String
    /// Its folder among the runs.
    package let folder: String
    /// The threshold by which it was judged.
    package let threshold: Double?
    /// Steps of training, and their seconds.
    package let steps: Int, seconds: Double
    /// A figure for each column, where there is one.
    package let cells: [Double?]
    /// The SHA-256 of weights and momentum.
    package let state: String
    /// Why there is no model.
    package let failure: String?
  }
}

extension ResultTable {
  /// The table with everything around it.
  package var markdown: String {
    let head = "| | " + columns.map(\.title).joined(separator: " | ") + " |\n|---|"
    let ruler = columns.map { _ in "---:|" }.joined() + "\n"
    let theirs = published.map { source in
      span(source.source) + source.rows.map { line($0.name, $0.figures.map { $0 ?? "" }) }.joined()
    }
    let measured = ours.indices.map { at in
      let row = ours[at]
      let heading = at > 0 && row.group == ours[at - 1].group ? "" : span(row.group ?? measuredOn)
      return heading + line(row.name, zip(row.cells, columns).map(Self.text))
    }
    return """
      # \(title)

      \(caveat.isEmpty ? "" : "\(caveat)\n\n")\
      \(head)\(ruler)\(theirs.joined())\(measured.joined())
      \(published.isEmpty ? "Figures" : "Ours") are the mean over seeds of a figure of all held-out images together, in brackets the 95 %
      bootstrap interval over images and seeds\(timing).
      \(findings.isEmpty ? "" : "\n## Chosen\n\n\(choosing)\n\n\(findings.map { "- \($0.question): \($0.answer) (\($0.reason))\n" }.joined())")
      ## Runs

      | run | \(columns.map(\.title).joined(separator: " | ")) | threshold | steps | minutes | folder | state (SHA-256) |
      |---|\(columns.map { _ in "---:|" }.joined())---:|---:|---:|---|---|
      \(runs.map(text).joined())
      ## Made by

      ```
      \(provenance.command)
      ```

      \(provenance.date), commit `\(provenance.commit)`, on \(provenance.device).  The trainings took \(minutes) minutes
      altogether\(trainedAt)\(trainedOn).

      """
  }

  /// What a reader must know of what is chosen.
  private var choosing: String {
    """
    By the images that the figures above are of, so that those of what is chosen are a little too good: judge it on others.  After the
    figures of other answers than the first stands the difference from it, with its 95 % interval.
    """
  }

  /// What the brackets of other columns hold, where there are any.
  private var timing: String {
    let titles = columns.filter(\.isRange).map(\.title)
    return titles.isEmpty
      ? "" : ";\nof \(titles.joined(separator: ", ")): the least and the greatest of all trainings"
  }

  private var trainedAt: String {
    let commits = provenance.trainedAt.filter { $0 != provenance.commit }
    return commits.isEmpty ? "" : ", at commit " + commits.map { "`\($0)`" }.joined(separator: ", ")
  }

  private var trainedOn: String {
    let devices = provenance.trainedOn
    return devices.isEmpty || devices == [provenance.device]
      ? "" : ", on \(devices.joined(separator: " and "))"
  }

  /// Of all trainings, each counted once.
  private var minutes: String {
    var folders: Set<String> = []
    let seconds = runs.filter { folders.insert($0.folder).inserted }.map(\.seconds)
    return decimal(seconds.reduce(0, +) / 60, 0)
  }

  private func span(_ text: String) -> String { line("*\(text)*", columns.map { _ in "" }) }

  private func line(_ name: String, _ cells: [String]) -> String {
    "| \(([name] + cells).map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
  }

  private func text(_ run: RunLine) -> String {
    let cells = zip(run.cells, columns).map { value, column in
      value.map { decimal($0, column.digits) } ?? ""
    }
    return line(
      run.name,
      cells + [
        run.threshold.map { decimal($0, 2) } ?? "", "\(run.steps)", decimal(run.seconds / 60, 1), run.folder,
        run.failure ?? "`\(run.state.prefix(12))`",
      ])
  }

  private static func text(_ estimate: Estimate?, _ column: Column) -> String {
    guard let estimate else { return "" }
    let (mean, low, high) = (
      decimal(estimate.mean, column.digits), decimal(estimate.low, column.digits),
      decimal(estimate.high, column.digits)
    )
    return low == high ? mean : "\(mean) [\(low), \(high)]"
  }
}

extension ResultTable {
  /// A line for each published row, and for ours one for each run, mean, low and high.
  package var csv: String {
    let theirs = published.flatMap { source in
      source.rows.map { row in [row.name, "published"] + row.figures.map { $0 ?? "" } }
    }
    let ours = ours.flatMap { row in
      [("mean", \Estimate.mean), ("low", \.low), ("high", \.high)].map { kind, path in
        [[row.group, row.name].compactMap(\.self).joined(separator: ": "), kind]
          + row.cells.map { $0.map { "\($0[keyPath: path])" } ?? "" }
      }
    }
    let single = runs.map { run in [run.name, "run"] + run.cells.map { $0.map { "\($0)" } ?? "" } }
    let chosen = findings.map { [$0.question, "chosen", $0.answer] + columns.dropFirst().map { _ in "" } }
    return UNetNumerics.csv([["row", "kind"] + columns.map(\.title)] + theirs + ours + single + chosen)
  }
}

/// `value` with this many decimals.
func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
