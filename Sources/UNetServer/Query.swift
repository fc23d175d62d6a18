import Hummingbird
import UNetConfiguration
import UNetData
import UNetOptions
import UNetPrediction
import UNetSegmentation

/// What stands behind the `?` of a request, each key once and none that is not known.
struct Query: Sendable {
  private let values: [String: String]

  /// The keys of every request for what is made of a segmented image.
  static let ofResults = ["page"] + Self.options
  /// Those that change how a model is used, without being run again.
  static let options = ["threshold", "seed-threshold", "smallest-area", "grow", "fill-holes"]

  /// - Throws: `ServerError` for another key, or one that is given twice.
  init(_ request: Request, allowed: [String]) throws {
    var values: [String: String] = [:]
    for (key, value) in request.uri.queryParameters {
      guard allowed.contains(String(key)) else {
        let remedy = allowed.isEmpty ? "this address takes none" : "give \(allowed.joined(separator: ", "))"
        throw ServerError(.badRequest, "unknown parameter '\(key.prefix(100))': \(remedy)")
      }
      guard values.updateValue(String(value), forKey: String(key)) == nil else {
        throw ServerError(.badRequest, "parameter '\(key)' is given twice")
      }
    }
    self.values = values
  }

  subscript(key: String) -> String? { values[key] }

  /// A whole number of at least 0.
  /// - Throws: `ServerError`.
  func number(_ key: String) throws -> Int? {
    guard let text = values[key] else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw ServerError(.badRequest, "'\(key)' is '\(text.prefix(100))': give a whole number from 0")
    }
    return number
  }

  /// What is chosen over the model's `options`.
  /// - Throws: `ConfigurationError`.
  func options(_ options: SegmentationOptions) throws -> SegmentationOptions {
    var options = options
    let given = values.filter { Self.options.contains($0.key) }
    try SegmentationOptions.options.read(given: given, into: &options)
    return options
  }

  /// A word of a kind.
  /// - Throws: `ServerError`.
  static func word<Word: RawRepresentable & CaseIterable>(_ text: String, _ words: [Word]) throws -> Word
  where Word.RawValue == String {
    guard let word = words.first(where: { $0.rawValue == text }) else {
      throw ServerError(
        .notFound,
        "there is no '\(text.prefix(100))': ask for \(words.map(\.rawValue).joined(separator: ", "))")
    }
    return word
  }
}
