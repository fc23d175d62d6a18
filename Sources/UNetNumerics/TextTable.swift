/// Rows of fields as CSV (RFC 4180, lines end in a line feed): quoted where a field needs it.
package func csv(_ rows: [[String]]) -> String {
  rows.map { $0.map(csvField).joined(separator: ",") + "\n" }.joined()
}

private func csvField(_ text: String) -> String {
  guard text.contains(where: { ",\"\n\r\r\n".contains($0) }) else { return text }
  return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}

/// `text` with blanks up to `width` characters, for a column; a longer text stays whole.
package func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
