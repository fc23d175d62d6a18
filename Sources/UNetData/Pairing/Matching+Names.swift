import UNetFiles
import UNetImages

// Pairing by names, from what says most to what says least.
extension NameMatcher {
  /// The image whose name the label has, or that its name continues at the end of a word; else the one that is named alike
  /// but for words such as `mask`; else the one whose name continues the label's.  Nil where there is none.
  func byName(_ at: Int) throws -> Int? {
    let label = labels[at]
    func only(_ candidates: [Int]?) throws -> Int? {
      guard var candidates, !candidates.isEmpty else { return nil }
      // `A` beside `a`: where capitals tell them apart, they do.
      let alike = candidates.filter { images[$0].cased == label.cased }
      if alike.count == 1 { candidates = alike }
      guard candidates.count == 1 else { throw ambiguous(at, candidates) }
      return candidates[0]
    }
    func beginning(with name: String, _ images: [String: [Int]], _ whole: (FileName) -> String) -> [Int]? {
      images[name]?.filter { continues(whole(self.images[$0]), name) }
    }
    if let image = try only(byStem[label.stem]) { return image }
    if let image = try only(byPlace[label.place]) { return image }
    if let image = try only(begun(by: label.stem, in: byStem)) { return image }
    if let image = try only(byBare[label.bare]) { return image }
    if let image = try only(begun(by: label.bare, in: byBare)) { return image }
    if let image = try only(beginning(with: label.stem, beginningsOfStems, \.stem)) { return image }
    if let image = try only(beginning(with: label.bare, beginningsOfBare, \.bare)) { return image }
    return try only(ended(by: label.bare))
  }

  /// The images with the longest name that `name` continues.
  private func begun(by name: String, in images: [String: [Int]]) -> [Int]? {
    var end = name.endIndex
    while end > name.startIndex {
      end = name.index(before: end)
      let beginning = String(name[..<end])
      if let begun = images[beginning], continues(name, beginning) { return begun }
    }
    return nil
  }

  /// Whether `name` goes on from `beginning` with a new word; not with what tells images apart, nor with a number where
  /// other images have one there, so that `cell_3_mask` is not a label of `cell` beside `cell_1` and `cell_2`.
  private func continues(_ name: String, _ beginning: String) -> Bool {
    guard name.count > beginning.count, name.hasPrefix(beginning), let last = beginning.last else {
      return false
    }
    let rest = name.dropFirst(beginning.count)
    guard let next = rest.first, !tells(rest) else { return false }
    let isWord = FileWords.say(rest) || last.isLowercase && next.isUppercase
    guard CharacterKind(last) == .other || CharacterKind(next) != CharacterKind(last) || isWord else {
      return false
    }
    let gap = rest.prefix(while: isSeparator)
    guard rest.dropFirst(gap.count).first.map(CharacterKind.init) == .digit else { return true }
    return !images.contains { image in
      let other = image.stem.dropFirst(beginning.count)
      return image.stem.hasPrefix(beginning) && other.hasPrefix(gap)
        && other.dropFirst(gap.count).first.map(CharacterKind.init) == .digit
    }
  }

  /// Whether this end of a name is one that tells images apart.
  func tells(_ end: Substring) -> Bool { tellingEnds.contains(withoutWords(String(end)).lowercased()) }

  /// The images with the longest name, one with a letter, that `name` ends with as a word of its own.
  private func ended(by name: String) -> [Int]? {
    var rest = runs(name).dropFirst()
    while !rest.isEmpty {
      let end = rest.joined()
      if end.contains(where: \.isLetter), let ended = byBare[end] { return ended }
      rest = rest.dropFirst()
    }
    return nil
  }

  /// The image of each of these labels by what is left of names without what all labels, and all images, have in common:
  /// `alpha` of `alpha_drawn` and `alpha_stained`.  Nil where that does not find every one.
  func byCommonParts(_ labels: [Int], _ free: [Int]) -> [Int]? {
    guard self.labels.count > 1, images.count > 1 else { return nil }
    let names = withoutCommonParts(images.map { runs($0.bare) }).map { $0.joined() }
    let (at, isFree) = (Dictionary(grouping: names.indices) { names[$0] }, Set(free))
    let ofLabels = withoutCommonParts(self.labels.map { runs($0.bare) }).map { $0.joined() }
    let found = labels.compactMap { label in
      at[ofLabels[label]].flatMap {
        $0.count == 1 && isFree.contains($0[0]) && ofLabels[label].contains(where: \.isLetter) ? $0[0] : nil
      }
    }
    return found.count == labels.count ? found : nil
  }
}

/// Names in parts, without the first and the last ones that all of them have; names without parts have no say.
func withoutCommonParts<Part: Equatable>(_ names: [[Part]]) -> [[Part]] {
  let parts = names.filter { !$0.isEmpty }
  guard parts.count > 1, let shortest = parts.map(\.count).min() else { return names }
  func common(_ part: (Int, [Part]) -> Part) -> Int {
    (0..<shortest).first { at in parts.contains { part(at, $0) != part(at, parts[0]) } } ?? shortest
  }
  let first = common { $1[$0] }
  let last = min(common { $1[$1.count - 1 - $0] }, shortest - first)
  return names.map { $0.isEmpty ? [] : Array($0.dropFirst(first).dropLast(last)) }
}
