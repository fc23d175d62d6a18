import UNetFiles

/// What pairing looks at in the name of a file.
struct FileName: Sendable {
  /// The file.
  let path: String
  /// Its folders below what was named, and its name without the ending: `plate1/t007`.
  let stem: String
  /// The stem without folders that say what is in them: `plate1/t007` of `plate1/images/t007`.
  let place: String
  /// The stem without the words that say what a file is: `plate1/Cell` of `plate1/masks/Cell_mask.ome`; and the same in
  /// small letters.
  let cased: String, bare: String
  /// The same of the folders alone: `plate1`.
  let folder: String

  /// The name of `path`, which was found below the folder `root`.
  init(_ path: String, below root: String) {
    var parts = path.dropFirst(root.count).split(separator: "/").map(String.init)
    let name = Path.stem(parts.popLast() ?? path)
    self.path = path
    stem = (parts + [name]).joined(separator: "/")
    let folders = parts.filter { !FileWords.makeUp($0) }.map { withoutWords($0) }
    folder = folders.joined(separator: "/").lowercased()
    place = (folders + [name]).joined(separator: "/")
    let own = folders.isEmpty || !FileWords.say(name) ? [withoutWords(name)] : []
    cased = (folders + own).joined(separator: "/")
    bare = cased.lowercased()
  }

  /// The words, in small letters, of the innermost folder that says what is in it: `masks` of `plate1/masks/t007`.
  var folderWords: Set<String> {
    let folder = stem.split(separator: "/").dropLast().last { FileWords.makeUp($0) }
    return Set(folder?.lowercased().split(whereSeparator: isSeparator).map(String.init) ?? [])
  }

  /// The name of a picture made of several files.
  init(_ path: String, stem: String) {
    (self.path, self.stem, place, cased, bare, folder) = (path, stem, stem, stem, stem.lowercased(), "")
  }
}

/// A name without the words at its ends that say what a file is, or of which `isWord` says so; `cell_1` of
/// `mask_cell_1.ome`.
func withoutWords(_ name: String, _ isWord: (Substring) -> Bool = { FileWords.say($0) }) -> String {
  var rest = Substring(name)
  while let cut = rest.lastIndex(where: isSeparator), cut > rest.startIndex,
    isWord(rest[rest.index(after: cut)...])
  {
    rest = rest[..<cut]
  }
  while let cut = rest.firstIndex(where: isSeparator), rest.index(after: cut) < rest.endIndex,
    isWord(rest[..<cut])
  {
    rest = rest[rest.index(after: cut)...]
  }
  return String(rest)
}

/// The runs of digits of a name without leading zeros, of whatever length: `["7", "20240105123456789012345"]`.
func numbers(_ name: String) -> [String] {
  runs(name).filter(isNumber).map(number)
}

/// The digits of a run without leading zeros.
func number(_ run: Substring) -> String {
  let digits = run.drop { $0 == "0" }
  return digits.isEmpty ? "0" : String(digits)
}

/// The name with a mark in place of each run of digits: equal for the files of one numbered sequence.
func form(_ name: String) -> [Substring] { runs(name).map { isNumber($0) ? "#" : $0 } }

/// Whether a character stands between the words of a name.
func isSeparator(_ character: Character) -> Bool { CharacterKind(character) == .other }
