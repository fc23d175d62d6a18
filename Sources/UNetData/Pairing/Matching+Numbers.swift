import UNetFiles
import UNetImages

// Pairing by the numbers in names, where only one way to pair everything is possible.
extension NameMatcher {
  /// The image of each of these labels: by several numbers with the words before them (`p0_z1` and `z1_p0`), else by all numbers
  /// of a name in their order, else by one of them, the same in all names.  Numbers compare as texts without leading zeros.
  /// Nil where none pairs all labels.
  /// - Throws: `DataError` where two pair them differently.
  func byNumbers(_ labels: [Int], _ images: [Int]) throws -> [Int]? {
    let ofImages = images.map { numbers(self.images[$0].stem) }
    let ofLabels = labels.map { numbers(self.labels[$0].stem) }
    let (wordsOfLabels, wordsOfImages) = (
      labels.map { countedWords(self.labels[$0].stem) }, images.map { countedWords(self.images[$0].stem) }
    )
    if let named = pairs(wordsOfLabels, wordsOfImages) { return named.map { images[$0] } }
    let whole = pairs(ofLabels.map(Optional.some), ofImages.map(Optional.some))
    if let whole, !ofLabels.contains([]) { return whole.map { images[$0] } }
    var pairings: [[Int]] = []
    for (place, other) in ways(ofLabels, ofImages) {
      let keys = (ofLabels.map { number($0, place) }, ofImages.map { number($0, other) })
      if let pairs = pairs(keys.0, keys.1), !pairings.contains(pairs) { pairings.append(pairs) }
    }
    guard let first = pairings.first else { return nil }
    guard pairings.count == 1 else {
      let at = first.indices.first { first[$0] != pairings[1][$0] } ?? 0
      throw ambiguous(
        labels[at], [images[first[at]], images[pairings[1][at]]], ", by another number of its name")
    }
    return first.map { images[$0] }
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

  private func number(_ numbers: [String], _ place: Int) -> String? {
    let at = place < 0 ? numbers.count + place : place
    return numbers.indices.contains(at) ? numbers[at] : nil
  }

  /// The only image with the key of each label, a different one for each; nil where that is not so.
  private func pairs<Key: Hashable>(_ labels: [Key?], _ images: [Key?]) -> [Int]? {
    let at = Dictionary(grouping: images.indices.filter { images[$0] != nil }) { images[$0] }
    let ofLabels = labels.compactMap { key in
      key.flatMap { at[$0] }.flatMap { $0.count == 1 ? $0[0] : nil }
    }
    return ofLabels.count == labels.count && Set(ofLabels).count == ofLabels.count ? ofLabels : nil
  }
}

/// The numbers of a name, each with the letters before it, in the order of these words; nil unless there are several numbers,
/// each with a word of its own.
private func countedWords(_ name: String) -> [String]? {
  var counted: [String: String] = [:]
  var (word, count) = ("", 0)
  for run in runs(name.lowercased()) where !isSeparator(run.first ?? " ") {
    guard isNumber(run) else {
      word = String(run)
      continue
    }
    counted[word] = number(run)
    (word, count) = ("", count + 1)
  }
  guard count > 1, counted.count == count, counted[""] == nil else { return nil }
  return counted.map { "\($0.key) \($0.value)" }.sorted()
}
