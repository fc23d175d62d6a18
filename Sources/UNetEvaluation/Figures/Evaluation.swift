import UNetNumerics

/// The figures of some frames, in the fixed order of `Figure`.
public struct Evaluation: Equatable, Sendable, CustomStringConvertible {
  private var values: [Figure: Double] = [:]

  /// No figures.
  package init() {}

  /// The value of a figure; `nil` where it was not asked for or does not exist (SEG without true objects).
  package subscript(figure: Figure) -> Double? {
    get { values[figure] }
    set { values[figure] = newValue }
  }

  /// The value of the figure of this name, as tables and JSON have it: `mean-dice`; `nil` where it was
  /// not asked for or does not exist, as SEG without true objects.
  public subscript(name: String) -> Double? { rows.first { $0.figure.name == name }?.value }

  /// Sets a figure and the threshold at which it was found.
  mutating func set(_ figure: Figure, _ threshold: Figure, _ found: (value: Double, threshold: Double)?) {
    (values[figure], values[threshold]) = (found?.value, found?.threshold)
  }

  /// The figures that exist, in their fixed order.
  public var rows: [(figure: Figure, value: Double)] {
    let place = { (figure: Figure) in Figure.places[figure] ?? Figure.places.count }
    return values.map { ($0.key, $0.value) }.sorted { place($0.0) < place($1.0) }
  }

  /// The rows as text, aligned: name, value to six decimals, meaning.
  public var table: String {
    let width = rows.map(\.figure.name.count).max() ?? 0
    return rows.map { figure, value in
      "\(padded(figure.name, to: width))  \(figure.text(value, decimals: 6))  \(figure.meaning)\n"
    }.joined()
  }

  /// The table without its last line break, as `print` has one of its own.
  public var description: String { String(table.dropLast()) }

  /// An object in JSON from each figure's name to its value, in every digit.
  public var json: String {
    let fields = rows.map { figure, value in "  \"\(figure.name)\": \(value)" }
    return fields.isEmpty ? "{}\n" : "{\n\(fields.joined(separator: ",\n"))\n}\n"
  }
}

extension Evaluation: Codable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads an object from names to values; names of no figure are left out.
  public init(from decoder: Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    for figure in Figure.allCases {
      values[figure] = try container.decodeIfPresent(Double.self, forKey: Name(stringValue: figure.name))
    }
  }

  /// Writes an object from names to values.
  public func encode(to encoder: Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (figure, value) in rows {
      try container.encode(value, forKey: Name(stringValue: figure.name))
    }
  }
}
