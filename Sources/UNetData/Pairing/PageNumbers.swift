import UNetFiles

/// By which numbers `pages` of a sequence of files are meant.
///
/// By those in their names, where every file has one of its own that counts pages: the last number, of at most six
/// digits, in names of one form (`t007`) or words of letters and a number.  Else, as for names that are hashes or times,
/// by their places in natural order, from 0.
package struct PageNumbers: Sendable, Equatable {
  /// The number of each file.
  package let places: [Int]
  /// Whether the numbers are places in natural order, not those in names.
  package let arePlaces: Bool
  /// Whether the files are numbered one after the other, as the frames of a movie are.
  package let areConsecutive: Bool
  /// Files of numbers that two of them have, which therefore do not count: the number, and its files with their places.
  private let repeated: [Int: [(name: String, place: Int)]]

  init(_ names: [FileName]) {
    let stems = withoutCommonEnding(names.map { Path.name($0.stem) })
    let isOneForm = Set(stems.map { form($0).joined() }).count == 1
    let numbers = stems.compactMap { pageNumber($0, inForm: isOneForm) }
    let isNumbered = numbers.count == names.count && Set(numbers).count == numbers.count
    areConsecutive =
      isNumbered && isOneForm && (numbers.max() ?? 0) - (numbers.min() ?? 0) == numbers.count - 1
    arePlaces = !isNumbered
    places = isNumbered ? numbers : Array(names.indices)
    guard numbers.count == names.count, !isNumbered else {
      repeated = [:]
      return
    }
    let files = names.indices.map { (number: numbers[$0], name: Path.name(names[$0].path), place: $0) }
    repeated = Dictionary(grouping: files, by: \.number).filter { $1.count > 1 }
      .mapValues { $0.map { ($0.name, $0.place) } }
  }

  package static func == (a: PageNumbers, b: PageNumbers) -> Bool { a.places == b.places }

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
