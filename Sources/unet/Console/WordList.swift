import ArgumentParser

/// Words of `Word` joined by commas: `probabilities,labels`.
struct WordList<Word: RawRepresentable & CaseIterable & Sendable>: ExpressibleByArgument, Sendable
where Word.RawValue == String {
  let words: [Word]

  init(_ words: [Word]) { self.words = words }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Word(rawValue: String($0))
    }
    guard !words.isEmpty, words.allSatisfy({ $0 != nil }) else { return nil }
    self.words = words.compactMap { $0 }
  }

  var defaultValueDescription: String { words.map(\.rawValue).joined(separator: ",") }
  static var allValueStrings: [String] { Word.allCases.map(\.rawValue) }
}
