/// A table of the help: words, and beside them what they mean, broken so that a terminal of 80 columns breaks no line again.
func helpTable(_ rows: [(word: String, meaning: String)]) -> String {
  let width = (rows.map(\.word.count).max() ?? 0) + 2
  let indent = String(repeating: " ", count: width)
  return rows.map { word, meaning in
    var lines = [word + indent.dropFirst(word.count)]
    for part in meaning.split(whereSeparator: \.isWhitespace) {
      if lines[lines.count - 1].count + part.count >= 79 { lines.append(indent) }
      lines[lines.count - 1] += (lines[lines.count - 1].count == width ? "" : " ") + part
    }
    return lines.joined(separator: "\n")
  }.joined(separator: "\n")
}
