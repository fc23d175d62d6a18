import Foundation
import UNetEvaluation
import UNetExperiments
import UNetFiles
import UNetImages
import UNetReports

/// One page of HTML about a run, or several beside each other, with all its pictures inside.
package struct RunReport {
  /// The runs, each with what its model says of held-out images, where these could be read.
  private let runs: [(summary: RunSummary, heldOut: HeldOutReport?)]
  /// Samples as the first run's training saw them.
  private let samples: [Image]
  /// How the page was made.
  private let made: String
  /// The folder for pictures on their way into the page.
  private let folder: String

  /// A page about these runs; pictures pass through files beside `path`.
  package init(
    _ runs: [(summary: RunSummary, heldOut: HeldOutReport?)], samples: [Image], made: String,
    beside path: String
  ) {
    (self.runs, self.samples, self.made, folder) = (runs, samples, made, Path.folder(of: path))
  }

  /// The page.
  /// - Throws: `FileError`.
  package func html() throws -> String {
    let title = runs.map(\.summary.name).joined(separator: ", ")
    let parts = [
      facts, figures, curves, thresholds, try pictures(), try sampleSheets(), experiments,
      "<footer>\(escaped(made))</footer>",
    ]
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escaped(title))</title><style>\(Self.style)</style></head>
      <body><h1>\(escaped(title))</h1>
      \(parts.filter { !$0.isEmpty }.joined(separator: "\n"))
      </body></html>

      """
  }

  private static let style = """
    :root{color-scheme:light dark;--line:#8884;--back:#fff;--fore:#1a1a1a}
    @media(prefers-color-scheme:dark){:root{--back:#16181c;--fore:#e6e6e6}}
    body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem;background:var(--back);color:var(--fore)}
    h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2rem 0 .5rem}
    .wide{overflow-x:auto}table{border-collapse:collapse}th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
    td.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem}
    figure{margin:0}figcaption{font-size:.85rem}figure>svg{width:100%;height:auto}svg text{fill:currentColor;font-size:12px}
    .pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,14rem),1fr));gap:.5rem}
    img{width:100%;height:auto;image-rendering:auto}pre{overflow-x:auto;font-size:.85rem;border:1px solid var(--line);padding:.75rem}
    .legend span{margin-right:1rem;white-space:nowrap}.legend i{display:inline-block;width:.8rem;height:.8rem;margin-right:.3rem}
    footer{margin-top:2rem;font-size:.85rem;opacity:.7;overflow-wrap:anywhere}
    """

  private var names: [String] { runs.map(\.summary.name) }

  private func table(_ rows: [(name: String, cells: [String])], isNumber: Bool = false) -> String {
    let head = runs.count > 1 ? "<tr><th></th>\(names.map { "<th>\(escaped($0))</th>" }.joined())</tr>" : ""
    let lines = rows.map { row in
      "<tr><th scope=\"row\">\(escaped(row.name))</th>"
        + row.cells.map { "<td\(isNumber ? " class=\"number\"" : "")>\(escaped($0))</td>" }.joined() + "</tr>"
    }
    return "<div class=\"wide\"><table>\(head)\(lines.joined(separator: "\n"))</table></div>"
  }

  private var facts: String {
    var keys: [String] = []
    for fact in runs.flatMap(\.summary.facts) where !keys.contains(fact.name) { keys.append(fact.name) }
    return table(
      keys.map { key in
        (key, runs.map { run in run.summary.facts.first { $0.name == key }?.value ?? "" })
      })
  }

  /// Figures of the held-out images: over all versions of an image where the model could be asked, else of the log.
  private var figures: String {
    let found = runs.map { $0.heldOut?.evaluation ?? $0.summary.figures }
    var all: [Figure] = []
    for row in found.compactMap(\.self).flatMap(\.rows) where !all.contains(row.figure) {
      all.append(row.figure)
    }
    guard !all.isEmpty else { return "" }
    let notes = runs.compactMap { run in
      run.heldOut?.note.map { "<p><strong>\(escaped(run.summary.name)): \(escaped($0))</strong></p>" }
    }
    let thresholds = runs.compactMap { run in
      run.heldOut?.threshold.map { "\(runs.count > 1 ? "\(run.summary.name) " : "")\($0)" }
    }
    let at =
      thresholds.isEmpty
      ? "" : "<p>At the model's threshold, \(escaped(thresholds.joined(separator: ", "))).</p>"
    return "<h2>Figures of held-out images</h2>" + notes.joined() + at
      + table(
        all.map { figure in
          (
            "\(figure.name): \(figure.meaning)",
            found.map { $0?[figure].map { figure.text($0, decimals: 4) } ?? "" }
          )
        }, isNumber: true)
  }

  private var curves: String {
    let loss = LineChart(
      title: lossIsCut ? "training loss, cut where it is greater" : "training loss", across: "step",
      lines: runs.map { ($0.summary.name, $0.summary.rows.map { (Double($0.step), Double($0.loss)) }) },
      vertical: lossRange)
    var charts = [loss.svg]
    for figure in Figure.allCases where !figure.isThreshold && !figure.isDetail {
      let lines = runs.map { run in
        (
          name: run.summary.name,
          points: run.summary.rows.compactMap { row in
            row.figures?[figure].map { (x: Double(row.step), y: $0) }
          }
        )
      }
      guard lines.contains(where: { $0.points.count > 1 }) else { continue }
      charts.append(LineChart(title: "held-out \(figure.name)", across: "step", lines: lines).svg)
    }
    return "<h2>Training</h2><div class=\"charts\">\(charts.joined(separator: "\n"))</div>"
  }

  private var lossIsCut: Bool {
    runs.flatMap { $0.summary.rows.map { Double($0.loss) } }.contains {
      $0 > lossRange?.upperBound ?? .infinity
    }
  }

  /// Up to four times the median of the losses, which may begin much higher.
  private var lossRange: ClosedRange<Double>? {
    let losses = runs.flatMap { $0.summary.rows.map { Double($0.loss) } }.filter(\.isFinite).sorted()
    guard let last = losses.last, last > 0 else { return nil }
    return 0...max(min(last, 4 * losses[losses.count / 2]), 1e-9)
  }

  private var thresholds: String {
    let judged = runs.compactMap { run in run.heldOut.map { (run.summary.name, $0) } }
    var charts: [String] = []
    let curves = judged.filter { !$0.1.thresholds.isEmpty }
    if let figure = curves.first?.1.figure {
      charts.append(
        LineChart(
          title: "\(figure.name) over the threshold", across: "threshold",
          lines: curves.map { ($0, $1.thresholds.map { ($0.threshold, $0.value) }) }, horizontal: 0...1,
          marks: curves.count == 1 ? curves[0].1.threshold.map { [($0, "the model's")] } ?? [] : []
        ).svg)
    }
    if !judged.isEmpty {
      charts.append(
        LineChart(
          title:
            "share of foreground over its probability: on the diagonal where probabilities are what they say",
          across: "probability",
          lines: judged.map { ($0, $1.reliability.map { ($0.probability, $0.share) }) },
          horizontal: 0...1, vertical: 0...1, hasDiagonal: true
        ).svg)
    }
    return charts.isEmpty
      ? "" : "<h2>Thresholds and probabilities</h2><div class=\"charts\">\(charts.joined())</div>"
  }

  private func pictures() throws -> String {
    let parts = try runs.map { run -> String in
      let head = runs.count > 1 ? "<h3>\(escaped(run.summary.name))</h3>" : ""
      if let heldOut = run.heldOut {
        return head
          + (try heldOut.pictures.map { image in
            "<p>\(escaped(image.name))</p><div class=\"pictures\">"
              + (try image.pictures.map { try figure($0.image, $0.caption) }.joined()) + "</div>"
          }.joined())
      }
      guard let preview = run.summary.preview else { return "" }
      let data = Data(try FileReader.bytes(of: preview)).base64EncodedString()
      return head + "<figure><img alt=\"held-out images\" src=\"data:image/png;base64,\(data)\">"
        + "<figcaption>the last preview: image, probability of foreground, outline</figcaption></figure>"
    }.filter { !$0.isEmpty }
    return parts.isEmpty ? "" : "<h2>Held-out images</h2>\(parts.joined(separator: "\n"))"
  }

  private func sampleSheets() throws -> String {
    guard !samples.isEmpty else { return "" }
    return
      "<h2>What training saw</h2><p>A tile; the same with lines that were straight before the deformation and the square that is scored; "
      + "labels; weights, the greatest white.</p>"
      + (try samples.map { try figure($0, "") }.joined())
  }

  private func figure(_ image: Image, _ caption: String) throws -> String {
    let path = Path.join(folder, ".report-\(UUID().uuidString).png")
    defer { Files.remove(path) }
    try ImageFile.write([image], to: path, replacing: false)
    let data = Data(try FileReader.bytes(of: path)).base64EncodedString()
    return
      "<figure><img alt=\"\(escaped(caption))\" src=\"data:image/png;base64,\(data)\"><figcaption>\(escaped(caption))</figcaption></figure>"
  }

  /// The experiments, and of several first the lines in which they differ.
  private var experiments: String {
    let texts = runs.map { $0.summary.experiment.yaml() }
    var page = "<h2>Experiment</h2>"
    if runs.count > 1 {
      let values = runs.map {
        Dictionary($0.summary.experiment.values.map { ($0.key, $0.text) }) { first, _ in first }
      }
      var keys: [String] = []
      for key in runs.flatMap({ $0.summary.experiment.values.map(\.key) }) where !keys.contains(key) {
        keys.append(key)
      }
      let different = keys.filter { key in Set(values.map { $0[key] ?? "" }).count > 1 }
      page +=
        different.isEmpty
        ? "<p>All the same.</p>" : table(different.map { key in (key, values.map { $0[key] ?? "" }) })
    }
    return page
      + zip(names, texts).map { name, text in
        "<details\(runs.count == 1 ? " open" : "")><summary>\(escaped(name))</summary><pre>\(escaped(text))</pre></details>"
      }.joined()
  }
}
