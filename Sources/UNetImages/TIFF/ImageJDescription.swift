/// What ImageJ writes into the description of a TIFF: a line for each key.
struct ImageJDescription {
  private let values: [Substring: Substring]

  /// Nil where the text is not ImageJ's.
  init?(_ text: String) {
    guard text.hasPrefix("ImageJ=") else { return nil }
    let lines = text.split(whereSeparator: \.isNewline).compactMap { line -> (Substring, Substring)? in
      guard let sign = line.firstIndex(of: "=") else { return nil }
      return (line[..<sign], line[line.index(after: sign)...])
    }
    values = Dictionary(lines) { first, _ in first }
  }

  /// The planes of the file: `images`, or what channels, slices and frames make where that is left out.
  var axes: PageAxes {
    let axes = PageAxes(
      axes: [("T", number("frames") ?? 1), ("Z", number("slices") ?? 1), ("C", number("channels") ?? 1)])
    guard let images = number("images"), images != axes.planeCount else { return axes }
    // A stack whose other numbers do not fit is a stack of images; so it opens in ImageJ.
    return PageAxes(axes: [("I", images)])
  }

  /// The length that resolutions and spacing are counted in.
  var unit: String? { values["unit"].map(String.init) }
  var spacing: Double? { values["spacing"].flatMap { Double($0) } }
  var frameInterval: Double? { values["finterval"].flatMap { Double($0) } }

  private func number(_ key: Substring) -> Int? { values[key].flatMap { Int($0) }.map { max(1, $0) } }
}
