import Foundation

/// A chart of lines as SVG inside a page, whose colours are those of the page.
struct LineChart {
  let title: String
  /// What lies along the axis below.
  let across: String
  let lines: [(name: String, points: [(x: Double, y: Double)])]
  /// What the axes go from and to; nil: what the points do, mostly from 0 on.
  var horizontal: ClosedRange<Double>?, vertical: ClosedRange<Double>?
  /// Places marked by an upright line, with a word.
  var marks: [(x: Double, word: String)] = []
  /// Whether a line from corner to corner shows where both are equal.
  var hasDiagonal = false

  // Colours that people with any colour vision can tell apart (Okabe and Ito).
  static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]

  /// 640 x 260, as wide as there is room.
  var svg: String {
    let all = lines.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    guard let left = all.map(\.x).min(), let right = all.map(\.x).max(), let low = all.map(\.y).min(),
      let top = all.map(\.y).max()
    else { return "<figure><figcaption>\(escaped(title)): no value</figcaption></figure>" }
    let (x, y) = (
      horizontal ?? min(0, left)...max(right, left + 1e-9), vertical ?? Self.range(low, top)
    )
    func place(_ point: (x: Double, y: Double)) -> (Double, Double) {
      (
        60 + 560 * (point.x - x.lowerBound) / max(x.upperBound - x.lowerBound, 1e-12),
        220 - 200 * (point.y - y.lowerBound) / max(y.upperBound - y.lowerBound, 1e-12)
      )
    }
    let drawn = lines.enumerated().map { at, line in
      let colour = Self.colours[at % Self.colours.count]
      let points = line.points.filter { $0.x.isFinite && $0.y.isFinite }.map(place)
      let path = points.map { String(format: "%.1f,%.1f", $0.0, $0.1) }.joined(separator: " ")
      let dots =
        points.count > 40
        ? ""
        : points.map {
          String(format: "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"\(colour)\"/>", $0.0, $0.1)
        }.joined()
      return "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>\(dots)"
    }
    let marked = marks.map { mark in
      let at = place((mark.x, y.lowerBound)).0
      return String(
        format:
          "<path d=\"M%.1f 20V220\" stroke=\"currentColor\" stroke-dasharray=\"4 4\"/><text x=\"%.1f\" y=\"14\" text-anchor=\"middle\">",
        at, at) + "\(escaped(mark.word))</text>"
    }
    let legend =
      lines.count < 2
      ? ""
      : "<p class=\"legend\">"
        + lines.enumerated().map { at, line in
          "<span><i style=\"background:\(Self.colours[at % Self.colours.count])\"></i>\(escaped(line.name))</span>"
        }.joined(separator: " ") + "</p>"
    return """
      <figure><figcaption>\(escaped(title))</figcaption>
      <svg viewBox="0 0 640 260" role="img" aria-label="\(escaped(title))">
      <path d="M60 20V220H620" fill="none" stroke="currentColor"/>
      \(hasDiagonal ? "<path d=\"M60 220L620 20\" stroke=\"currentColor\" stroke-dasharray=\"2 4\"/>" : "")
      <text x="54" y="25" text-anchor="end">\(number(y.upperBound))</text><text x="54" y="223" text-anchor="end">\(number(y.lowerBound))</text>
      <text x="60" y="240" text-anchor="middle">\(number(x.lowerBound))</text><text x="620" y="240" text-anchor="end">\(number(x.upperBound))</text>
      <text x="340" y="254" text-anchor="middle">\(escaped(across))</text>
      <svg x="60" y="14" width="566" height="212" viewBox="60 14 566 212">\(drawn.joined(separator: "\n"))</svg>
      \(marked.joined(separator: "\n"))
      </svg>\(legend)</figure>
      """
  }

  /// From 0, where the values are not all close to one another beside their distance from it.
  private static func range(_ low: Double, _ top: Double) -> ClosedRange<Double> {
    guard low > 0, top - low < 0.5 * top, top > low else { return min(0, low)...max(top, 1e-9) }
    return max(0, low - 0.2 * (top - low))...top
  }

  private func number(_ value: Double) -> String {
    abs(value - value.rounded()) <= 1e-9 * abs(value) && abs(value) < 1e7
      ? "\(Int(value.rounded()))" : String(format: "%.3g", value)
  }
}

/// A value with so many decimals.
func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

/// A text as HTML has it.
func escaped(_ text: String) -> String {
  text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"][$0] ?? String($0) }.joined()
}
