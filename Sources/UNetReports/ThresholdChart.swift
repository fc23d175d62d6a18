import Foundation
import UNetEvaluation
import UNetNumerics

/// The figures of an evaluation over the thresholds as a picture: scores from 0 to 1, and below them, where warping was
/// asked for, splits and mergers.
package enum ThresholdChart {
  /// An SVG of the table's curves.
  package static func svg(_ table: ThresholdTable, title: String) -> String {
    let panels = [scores, errors].map { ($0, $0.curves.filter { !$0.values(table).isEmpty }) }
      .filter { !$0.1.isEmpty }
    return SVG.page(
      width: 720, title: title, panelHeight: 360, panels.map { svg($0.0, $0.1, of: table) })
  }

  private struct Line: Sendable {
    /// What is drawn: their sum.
    let columns: [ThresholdTable.Column]
    let name: String
    let colour: String

    func values(_ table: ThresholdTable) -> [Double] {
      let columns = columns.compactMap { table[$0] }
      guard let first = columns.first else { return [] }
      return columns.dropFirst().reduce(first) { zip($0, $1).map(+) }
    }
  }

  private struct Panel: Sendable {
    let curves: [Line]
    let label: String
    /// Whether values are counts, drawn by their logarithm, and not scores from 0 to 1.
    let isCount: Bool
  }

  // Colours that people with any colour vision can tell apart (Okabe and Ito).
  private static let scores = Panel(
    curves: [
      Line(columns: [.pixelF], name: "pixel F", colour: "#0072b2"),
      Line(columns: [.randF], name: "Rand F", colour: "#d55e00"),
      Line(columns: [.vrand], name: "V_rand", colour: "#009e73"),
      Line(columns: [.vinfo], name: "V_info", colour: "#cc79a7"),
    ], label: "score", isCount: false)

  private static let errors = Panel(
    curves: [
      Line(columns: [.splits], name: "splits", colour: "#e69f00"),
      Line(columns: [.mergers], name: "mergers", colour: "#56b4e9"),
      Line(columns: [.splits, .mergers], name: "both", colour: "#000000"),
    ], label: "wrong pixels", isCount: true)

  /// A panel of 720 x 360: axes from 60 to 520 and from 10 to 310, the legend beside them.
  private static func svg(_ panel: Panel, _ curves: [Line], of table: ThresholdTable) -> String {
    let top = curves.flatMap { $0.values(table) }.max() ?? 1
    let scale = Scale(top: panel.isCount ? max(10, top) : 1, isCount: panel.isCount)
    let lines = curves.enumerated().map { place, curve in
      line(curve, of: table, scale, legendAt: 24 + 36 * place)
    }
    let (across, up) = (Scale(top: 1, isCount: false).ticks, scale.ticks)
    let horizontal = across.map { tick in
      let x = String(format: "%.1f", 60 + 460 * tick)
      return """
        <path d="M\(x) 10V310" stroke="#dddddd"/><text x="\(x)" y="326" text-anchor="middle">\(text(tick))</text>
        """
    }
    let vertical = up.map { tick in
      let y = scale.height(tick)
      return String(format: "<path d=\"M60 %.1fH520\" stroke=\"#dddddd\"/>", y)
        + String(format: "<text x=\"54\" y=\"%.1f\" text-anchor=\"end\">\(text(tick))</text>", y + 4)
    }
    return
      (horizontal + vertical + [
        "<path d=\"M60 10V310H520\" fill=\"none\" stroke=\"black\"/>",
        "<text x=\"290\" y=\"344\" text-anchor=\"middle\">threshold</text>",
        "<text transform=\"translate(14 160) rotate(-90)\" text-anchor=\"middle\">\(panel.label)</text>",
      ] + lines).joined(separator: "\n")
  }

  private static func line(
    _ curve: Line, of table: ThresholdTable, _ scale: Scale, legendAt y: Int
  ) -> String {
    let (thresholds, values) = (table.thresholds, curve.values(table))
    let points = zip(thresholds, values).map { (60 + 460 * $0, scale.height($1)) }
    let path = points.map { String(format: "%.1f,%.1f", $0.0, $0.1) }.joined(separator: " ")
    let marks = points.map {
      String(format: "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"\(curve.colour)\"/>", $0.0, $0.1)
    }
    let best = scale.isCount ? values.min() : values.max()
    let at = best.flatMap { values.firstIndex(of: $0) }.map { thresholds[$0] } ?? 0
    let extreme = scale.isCount ? "least" : "greatest"
    let value = scale.isCount ? text(best ?? 0) : String(format: "%.4f", best ?? 0)
    return """
      <polyline points="\(path)" fill="none" stroke="\(curve.colour)" stroke-width="1.5"/>\(marks.joined())
      <path d="M536 \(y - 4)h20" stroke="\(curve.colour)" stroke-width="3"/><text x="562" y="\(y)">\(table.prefix)\(curve.name)</text>
      <text x="562" y="\(y + 14)" font-size="11" fill="#555555">\(extreme) \(value) at \(text(at))</text>
      """
  }

  /// Where values lie between 310, the bottom, and 10.
  private struct Scale {
    let top: Double
    let isCount: Bool

    func height(_ value: Double) -> Double {
      310 - 300 * (isCount ? portableLog(1 + value) / portableLog(1 + top) : value / top)
    }

    var ticks: [Double] {
      guard isCount else { return [0, 0.2, 0.4, 0.6, 0.8, 1] }
      return [0] + sequence(first: 1) { $0 * 10 }.prefix { $0 <= top }
    }
  }

  private static func text(_ number: Double) -> String {
    switch number {
    case 10_000_000...: String(format: "%.0fM", number / 1_000_000)
    case 10_000...: String(format: "%.0fk", number / 1000)
    case 10...: String(format: "%.0f", number)
    default: String(format: "%.3g", number)
    }
  }
}
