import Foundation
import UNetEvaluation

/// The course of a run as a picture: the loss, and below it each held-out figure that is an error or a score; `log.csv` has also
/// what these are made of.
package enum Curve {
  /// An SVG of the log's rows.
  package static func svg(_ rows: [RunLog.Row], name: String) -> String {
    let figures = Figure.allCases.filter { figure in
      !figure.isThreshold && !figure.isDetail && rows.contains { $0.figures?[figure] != nil }
    }
    var panels = [panel("training loss", rows.map { (Double($0.step), Double($0.loss)) }, marked: false)]
    for figure in figures {
      let points = rows.compactMap { row in row.figures?[figure].map { (Double(row.step), $0) } }
      panels.append(panel("held-out \(figure.name)", points, marked: true))
    }
    return SVG.page(width: 640, title: name, panelHeight: 200, panels)
  }

  /// A panel of 640 x 200: axes from 60 to 620 and from 20 to 160.
  private static func panel(_ title: String, _ all: [(x: Double, y: Double)], marked: Bool) -> String {
    let points = all.filter { $0.y.isFinite }
    guard let right = points.map(\.x).max(), let top = points.map(\.y).max(), let low = points.map(\.y).min()
    else {
      return "<text x=\"60\" y=\"14\">\(title): no finite value</text>"
    }
    let bottom = min(0, low)
    let place = { (p: (x: Double, y: Double)) in
      (60 + 560 * p.x / max(right, 1), 160 - 140 * (p.y - bottom) / max(top - bottom, 1e-12))
    }
    let path = points.map { place($0) }.map { String(format: "%.1f,%.1f", $0.0, $0.1) }.joined(separator: " ")
    let marks = marked ? points.map { mark(place($0), $0.y) }.joined() : ""
    return """
      <text x="60" y="14">\(title)</text>
      <path d="M60 20V160H620" fill="none" stroke="black"/>
      <text x="55" y="26" text-anchor="end">\(String(format: "%.3g", top))</text>
      <text x="55" y="164" text-anchor="end">\(String(format: "%.3g", bottom))</text>
      <text x="620" y="176" text-anchor="end">\(Int(right)) steps</text>
      <polyline points="\(path)" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>\(marks)
      """
  }

  private static func mark(_ place: (Double, Double), _ value: Double) -> String {
    String(format: "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#1f5fa8\"/>", place.0, place.1)
      + String(
        format: "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"10\">%.4f</text>", place.0,
        place.1 - 7, value)
  }
}
