/// The strings of a model's metadata, read strictly.
struct ModelFields {
  let path: String
  let metadata: [String: String]

  func number(_ key: String, _ range: ClosedRange<Int>) throws -> Int {
    guard let number = metadata[key].flatMap({ Int($0) }), range.contains(number) else { throw wrong(key) }
    return number
  }

  func choice<Choice: RawRepresentable>(_ key: String) throws -> Choice where Choice.RawValue == String {
    guard let choice = metadata[key].flatMap({ Choice(rawValue: $0) }) else { throw wrong(key) }
    return choice
  }

  /// A word that models of others lack.
  func choice<Choice: RawRepresentable>(_ key: String, absent: Choice) throws -> Choice
  where Choice.RawValue == String {
    metadata[key] == nil ? absent : try choice(key)
  }

  /// A number that models of earlier versions lack.
  func number(_ key: String, _ range: ClosedRange<Int>, absent: Int) throws -> Int {
    metadata[key] == nil ? absent : try number(key, range)
  }

  /// A positive number that models of earlier versions lack.
  func positive(_ key: String, absent: Double) throws -> Double {
    guard let text = metadata[key] else { return absent }
    guard let number = Double(text), number.isFinite, number > 0 else { throw wrong(key) }
    return number
  }

  /// `true` or `false`; nil where the key is missing.
  func flag(_ key: String) throws -> Bool? {
    guard let text = metadata[key] else { return nil }
    guard let flag = Bool(text) else { throw wrong(key) }
    return flag
  }

  private func wrong(_ key: String) -> ModelError {
    ModelError(
      path,
      "has \(metadata[key].map { "'\($0)'" } ?? "nothing") for '\(key)' in its metadata: "
        + "give a model.safetensors as a run of swift-unet leaves it")
  }
}
