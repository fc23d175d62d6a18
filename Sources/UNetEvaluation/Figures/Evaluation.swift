import UNetNumerics

/// The figures of some frames, in the fixed order of `Figure`.
public struct Evaluation: Equatable, Sendable, CustomStringConvertible {
  private var values: [Figure: Double] = [:]
  /// Figures that were asked for and that these frames do not have: SEG without true objects.
  package internal(set) var undefined: Set<Figure> = []

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
    all.compactMap { figure, value in value.map { (figure, $0) } }
  }

  /// The figures that were asked for, in the same order.
  var figures: [Figure] { all.map(\.figure) }

  /// All that were asked for, in the same order.
  private var all: [(figure: Figure, value: Double?)] {
    let place = { (figure: Figure) in Figure.places[figure] ?? Figure.places.count }
    return (values.map { ($0.key, $0.value) } + undefined.map { ($0, nil) }).sorted {
      place($0.0) < place($1.0)
    }
  }

  /// The figures asked for as text, aligned: name, value to six decimals or `undefined`, meaning.
  public var table: String {
    let width = all.map(\.figure.name.count).max() ?? 0
    return all.map { figure, value in
      let text = value.map { figure.text($0, decimals: 6) } ?? "undefined"
      return "\(padded(figure.name, to: width))  \(text)  \(figure.meaning)\n"
    }.joined()
  }

  /// The table without its last line break, as `print` has one of its own.
  public var description: String { String(table.dropLast()) }

  /// An object in JSON from each figure's name to its value, in every digit, or to null where it is not defined.
  public var json: String {
    fields.isEmpty ? "{}\n" : "{\n\(fields.map { "  \($0)" }.joined(separator: ",\n"))\n}\n"
  }

  /// The members of that object.
  package var fields: [String] { members.map { "\"\($0.name)\": \($0.value.map { "\($0)" } ?? "null")" } }

  /// Names and values as JSON can have them, which has no NaN.
  private var members: [(name: String, value: Double?)] {
    all.map { ($0.figure.name, $0.value.flatMap { $0.isFinite ? $0 : nil }) }
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
      let name = Name(stringValue: figure.name)
      values[figure] = try container.decodeIfPresent(Double.self, forKey: name)
      if container.contains(name), values[figure] == nil { undefined.insert(figure) }
    }
  }

  /// Writes an object from names to values, null where a figure is not defined.
  public func encode(to encoder: Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (name, value) in members { try container.encode(value, forKey: Name(stringValue: name)) }
  }
}
