import UNetFiles

/// What all our charts are made of.
enum SVG {
  /// A white page: the title, and panels of one height below each other.
  static func page(width: Int, title: String, panelHeight: Int, _ panels: [String]) -> String {
    let height = 40 + panelHeight * panels.count
    let body = panels.enumerated().map {
      "<g transform=\"translate(0 \(40 + panelHeight * $0))\">\n\($1)\n</g>"
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" font-family="sans-serif" font-size="12">
      <rect width="\(width)" height="\(height)" fill="white"/>
      <text x="60" y="24" font-size="14">\(escaped(title))</text>
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  /// A text as XML has it.
  private static func escaped(_ text: String) -> String {
    Path.shown(text).map { ["&": "&amp;", "<": "&lt;", ">": "&gt;"][$0] ?? String($0) }.joined()
  }
}
