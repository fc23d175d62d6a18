import UNetFiles

/// Images whose names begin alike, as those of one patient or slide do: `pat03_slice1.tif`, `pat03_slice2.tif`.
package struct NameGroups: Sendable {
  /// The group of each image: a folder and a `/`, or the first words of names.
  package let names: [String]

  /// By their folders; else by the fewest first words that differ.  Nil where the groups have less than two images each on
  /// average, or are one.
  package init?(_ files: [String]) {
    func areGroups(_ names: [String]) -> Bool {
      2...max(2, files.count / 2) ~= Set(names).count && files.count > 3
    }
    let folders = Path.apart(files.map(Path.folder)).map { $0 + "/" }
    if areGroups(folders) {
      names = folders
      return
    }
    let words = files.map { Path.stem($0).split(whereSeparator: isSeparator) }
    let most = words.map(\.count).min() ?? 0
    // The last word is what images of a group differ by.
    let beginnings = (0..<max(0, most - 1)).lazy.map { last in
      zip(files, words).map { String(Path.stem($0)[..<$1[last].endIndex]) }
    }
    guard let first = beginnings.first(where: { Set($0).count > 1 }), areGroups(first) else { return nil }
    names = first
  }

  /// A line where images of one group are on both sides.
  package func note(_ isHeldOut: [Bool]) -> String? {
    let sides = Dictionary(grouping: zip(names, isHeldOut), by: \.0).mapValues { Set($0.map(\.1)) }
    let parted = sides.filter { $1.count == 2 }.keys.sorted(by: <)
    guard let first = parted.first else { return nil }
    return
      "images of \(listed(parted)) are both held out and learnt from; if such names are of one patient or slide each, the "
      + "figures are too good: hold out whole ones, as with hold-out: {files: ['\(first)*']}"
  }
}
