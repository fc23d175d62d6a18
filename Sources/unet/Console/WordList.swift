import ArgumentParser
import Foundation

/// Words of `Word` joined by commas, each once: `probabilities,labels`.
struct WordList<Word: RawRepresentable & CaseIterable & Equatable & Sendable>: ExpressibleByArgument, Sendable
where Word.RawValue == String {
  let words: [Word]
  /// The first that is none, kept to be named: a value that is refused here is refused whole.
  private var unknown: String?

  init(_ words: [Word]) { self.words = words }

  init(argument: String) {
    let given = argument.split(separator: ",", omittingEmptySubsequences: false).map { word in
      word.trimmingCharacters(in: .whitespaces)
    }
    words = given.compactMap(Word.init).reduce(into: []) { words, word in
      if !words.contains(word) { words.append(word) }
    }
    unknown = given.first { Word(rawValue: $0) == nil }
  }

  /// Refuses a word that is none, given with `option`.
  func check(_ option: String) throws {
    guard let unknown else { return }
    throw ValidationError(
      "\(option): '\(unknown)' is none of \(Self.allValueStrings.joined(separator: ", "))")
  }

  var defaultValueDescription: String { words.map(\.rawValue).joined(separator: ",") }
  static var allValueStrings: [String] { Word.allCases.map(\.rawValue) }
}
