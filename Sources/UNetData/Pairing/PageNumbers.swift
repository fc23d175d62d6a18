import UNetFiles

/// By which numbers `pages` of a sequence of files are meant.
///
/// By those in their names, where every file has one of its own that counts pages: the last number, of at most six
/// digits, in names of one form (`t007`) or words of letters and a number.  Else, as for names that are hashes or times,
/// by their places in natural order, from 0.
package struct PageNumbers: Sendable {
  /// The number of each file.
  package let places: [Int]
  /// Whether the numbers are places in natural order, not those in names.
  package let arePlaces: Bool
  /// Whether the files are numbered one after the other, as the frames of a movie are.
  package let areConsecutive: Bool
  /// The first file that has no number, where most others have one each, and all are therefore places.
  private let unnumbered: String?
  /// Files of numbers that two of them have, which therefore do not count: the number, and its files with their places.
  private let repeated: [Int: [(name: String, place: Int)]]

  /// `count`: whether each of the files decides how all are numbered, as those with labels do.
  init(_ names: [FileName], count: [Bool]) {
    let chosen = names.indices.filter { count[$0] }
    let (found, isOneForm) = pageNumbers(chosen.map { names[$0] })
    let numbers = found.compactMap(\.self)
    let areDistinct = Set(numbers).count == numbers.count
    let isNumbered = numbers.count == chosen.count && areDistinct
    // Frames between them may have no labels.
    areConsecutive = areInSequence((found, isOneForm)) || areInSequence(pageNumbers(names))
    arePlaces = !isNumbered
    var places = Array(names.indices)
    if isNumbered { for (at, number) in zip(chosen, numbers) { places[at] = number } }
    self.places = places
    let told = Path.apart(names.map(\.path))
    let odd = zip(chosen, found).filter { $0.1 == nil }.map { told[$0.0] }
    unnumbered = areDistinct && 2 * odd.count < chosen.count && numbers.count > 1 ? odd.first : nil
    let files = zip(chosen, found).compactMap { at, number in
      number.map { (number: $0, name: told[at], place: at) }
    }
    repeated =
      isNumbered || !odd.isEmpty
      ? [:]
      : Dictionary(grouping: files, by: \.number).filter { $1.count > 1 }
        .mapValues { $0.map { ($0.name, $0.place) } }
  }

  /// Why numbers in names are not those of pages, where most files have one; nil where there is nothing to say.
  package var reason: String? {
    unnumbered.map {
      "pages are places of files in their order from 0, not numbers in names, for \($0) has none"
    }
  }

  /// What is wrong with naming this page: nil where it is one file's alone.
  package func problem(_ page: Int) -> String? {
    guard let files = repeated[page] else { return nil }
    let places = files.prefix(2).map { "\($0.name) is \($0.place)" }.joined(separator: ", ")
    return
      "names page \(page), a number that \(files.count) files have, so that pages are places in their order from 0 "
      + "(\(places))"
  }
}

/// The names without the runs that all of them end in, such as the magnification in `field3_20x` or a channel, unless no
/// number would be left of one.
private func withoutCommonEnding(_ stems: [String]) -> [String] {
  let parts = stems.map { Array(runs($0).reversed()) }
  guard parts.count > 1, let first = parts.first else { return stems }
  let shared = first.indices.prefix { at in parts.allSatisfy { $0.count > at && $0[at] == first[at] } }.count
  let cut = parts.map { $0.dropFirst(shared).reversed() }
  return cut.allSatisfy { $0.contains(where: isNumber) } ? cut.map { $0.joined() } : stems
}

/// The number of each file, nil of one whose name has none; and whether names are of one form.
private func pageNumbers(_ names: [FileName]) -> (numbers: [Int?], isOneForm: Bool) {
  let stems = withoutCommonEnding(names.map { Path.name($0.stem) })
  let isOneForm = Set(stems.map { form($0).joined() }).count == 1
  return (stems.map { pageNumber($0, inForm: isOneForm) }, isOneForm)
}

private func areInSequence(_ found: ([Int?], Bool)) -> Bool {
  let numbers = found.0.compactMap(\.self)
  return found.1 && numbers.count == found.0.count && Set(numbers).count == numbers.count
    && (numbers.max() ?? 0) - (numbers.min() ?? 0) == numbers.count - 1
}

/// The number by which a file of this name is a page, nil where its last number is none.
private func pageNumber(_ stem: String, inForm isOneForm: Bool) -> Int? {
  let parts = runs(stem)
  guard let last = parts.lastIndex(where: isNumber) else { return nil }
  let digits = number(parts[last])
  // A word that changes between letters and digits often is a hash.
  let before = parts[..<last].reversed().prefix { !isSeparator($0.first ?? " ") }
  let after = parts[(last + 1)...].prefix { !isSeparator($0.first ?? " ") }
  guard digits.count <= 6, isOneForm || before.count + after.count <= 1 else { return nil }
  return Int(digits)
}
