import UNetFiles
import UNetImages

// Pairing by the numbers in names, where only one way to pair everything is possible.
extension NameMatcher {
  /// The image of each of these labels: by several numbers with the words before them (`p0_z1` and `z1_p0`), else by all numbers
  /// of a name in their order, else by one of them, the same in all names.  Numbers compare as texts without leading zeros.
  /// Nil where none pairs all labels.
  /// - Throws: `DataError` where two pair them differently.
  func byNumbers(_ labels: [Int], _ free: [Int]) throws -> [Int]? {
    let all = (self.labels.map { numbers($0.stem) }, images.map { numbers($0.stem) })
    func pairs(_ keys: ([[String]?], [[String]?])) -> [Int]? { self.pairs(labels, free, keys.0, keys.1) }
    if let named = try byWords(labels, free) {
      let named = named.map { free[$0] }
      // Another image of the same numbers may be meant as well.
      let others = Dictionary(grouping: all.1) { $0 }
      return zip(labels, named).allSatisfy { agree($0, $1) && others[all.1[$1]]?.count == 1 } ? named : nil
    }
    if let whole = pairs(all) ?? pairs((numbersOfLabels, numbersOfImages)) { return whole }
    var pairings: [[Int]] = []
    for (place, other) in ways(numbersOfLabels, numbersOfImages) {
      let keys = (numbersOfLabels.map { number($0, place) }, numbersOfImages.map { number($0, other) })
      guard let pairs = pairs(keys), !pairings.contains(pairs),
        // Of as many numbers all would be equal.
        zip(labels, pairs).allSatisfy({ all.0[$0].count != all.1[$1].count })
      else { continue }
      pairings.append(pairs)
    }
    guard let first = pairings.first else { return nil }
    guard pairings.count == 1 else {
      let at = first.indices.first { first[$0] != pairings[1][$0] } ?? 0
      throw ambiguous(labels[at], [first[at], pairings[1][at]], ", by another number of its name")
    }
    return first
  }

  /// Where in a name the number that counts may stand, in labels and in images: from the end, -1 the last, and from the
  /// beginning.
  private func ways(_ labels: [[String]], _ images: [[String]]) -> [(Int, Int)] {
    func places(_ names: [[String]]) -> [Int] {
      let most = min(8, names.map(\.count).max() ?? 0)
      return (0..<most).map { -1 - $0 } + (0..<most)
    }
    return places(labels).flatMap { place in places(images).map { (place, $0) } }
  }

  private func number(_ numbers: [String], _ place: Int) -> [String]? {
    let at = place < 0 ? numbers.count + place : place
    return numbers.indices.contains(at) ? [numbers[at]] : nil
  }

  /// The free image with the numbers of each of these labels, which no other image and no other label has, whether free or
  /// not; nil where that is not so.
  private func pairs(_ labels: [Int], _ free: [Int], _ ofLabels: [[String]?], _ ofImages: [[String]?])
    -> [Int]?
  {
    let imagesAt = Dictionary(grouping: ofImages.indices) { ofImages[$0] ?? [] }
    let labelsAt = Dictionary(grouping: ofLabels.indices) { ofLabels[$0] ?? [] }
    let isFree = Set(free)
    let found = labels.compactMap { label -> Int? in
      guard let key = ofLabels[label], !key.isEmpty, labelsAt[key]?.count == 1, let at = imagesAt[key],
        at.count == 1, isFree.contains(at[0]), agree(label, at[0])
      else { return nil }
      return at[0]
    }
    return found.count == labels.count ? found : nil
  }

  /// Whether neither name has a word, such as that of a folder, that the other lacks and others on its side have, or goes on
  /// from the other with what tells images apart.
  func agree(_ label: Int, _ image: Int) -> Bool {
    let (own, others) = (wordsOfLabels[label], wordsOfImages[image])
    let name = labels[label].bare
    guard !name.hasPrefix(images[image].bare) || !tells(name.dropFirst(images[image].bare.count)) else {
      return false
    }
    return own.subtracting(others).isDisjoint(with: allWordsOfImages)
      && others.subtracting(own).isDisjoint(with: allWordsOfLabels.union(wordsOfEnds))
  }
}

// MARK: - By the words before numbers

extension NameMatcher {
  /// The place among `images` of the image of each label by several numbers, each with the word before it; nil where names do
  /// not have a word for each number.
  /// - Throws: `DataError` where words differ so that nobody can say which number is which.
  private func byWords(_ labels: [Int], _ images: [Int]) throws -> [Int]? {
    guard let ofLabels = CountedWords(labels.map { self.labels[$0].stem }),
      let ofImages = CountedWords(images.map { self.images[$0].stem }),
      ofLabels.words.count == ofImages.words.count
    else { return nil }
    if let words = ofLabels.words(like: ofImages.words) {
      return only(ofLabels.numbers(of: ofLabels.words), ofImages.numbers(of: words))
    }
    let inOrder = only(ofLabels.numbers(of: ofLabels.words), ofImages.numbers(of: ofImages.words))
    let reversed = only(
      ofLabels.numbers(of: ofLabels.words), ofImages.numbers(of: ofImages.words.reversed()))
    guard let inOrder, let reversed, let at = inOrder.indices.first(where: { inOrder[$0] != reversed[$0] })
    else { return nil }
    throw ambiguous(
      labels[at], [images[inOrder[at]], images[reversed[at]]], ", by its numbers in another order")
  }

  /// The place of the only image with the numbers of each label, a different one for each; nil where that is not so.
  private func only(_ labels: [[String]?], _ images: [[String]?]) -> [Int]? {
    let at = Dictionary(grouping: images.indices) { images[$0] }
    let found = labels.compactMap { at[$0]?.only }
    return found.count == labels.count && Set(found).count == found.count ? found : nil
  }
}

/// Names of several numbers, each with the letters before it: `p0_z1`.
private struct CountedWords {
  /// The words, which all names have, in the order of the first name.
  let words: [String]
  /// Of each name, the number of each word.
  private let counts: [[String: String]]

  /// Nil unless every name has the same words, two or more, once each.
  init?(_ names: [String]) {
    let read = names.map(Self.read)
    guard let words = read.first?.map(\.word), words.count > 1, !words.contains("") else { return nil }
    for name in read where name.count != words.count || Set(name.map(\.word)) != Set(words) { return nil }
    guard Set(words).count == words.count else { return nil }
    self.words = words
    counts = read.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.word, $0.number) }) }
  }

  private static func read(_ name: String) -> [(word: String, number: String)] {
    var (found, word) = ([(word: String, number: String)](), "")
    for run in runs(name.lowercased()) where !isSeparator(run.first ?? " ") {
      if isNumber(run) { found.append((word, number(run))) }
      word = isNumber(run) ? "" : String(run)
    }
    return found
  }

  /// The numbers of each name in the order of `words`.
  func numbers(of words: [String]) -> [[String]?] { counts.map { counts in words.compactMap { counts[$0] } } }

  /// For each of these words the one of `others` that is the same, or of which one begins with the other (`c` and `col`); nil
  /// where that is not exactly one, and another for each.
  func words(like others: [String]) -> [String]? {
    let found = words.compactMap { word in
      others.contains(word) ? word : others.filter { $0.hasPrefix(word) || word.hasPrefix($0) }.only
    }
    return found.count == words.count && Set(found).count == found.count ? found : nil
  }
}

extension Array {
  fileprivate var only: Element? { count == 1 ? self[0] : nil }
}
