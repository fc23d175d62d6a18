import UNetFiles
import UNetImages

/// The labels of each image, in the order of `images`: one file, several where they are an object each, none where it
/// has no labels.
func matched(_ images: [NamedPicture], _ sides: NamedSides) throws -> [[FileName]] {
  let labelled = sides.labelled
  var labelsOf = [[FileName]](repeating: [], count: images.count)
  let objects = objectFolders(images, labelled.files)
  var rest: [FileName] = []
  for label in labelled.files {
    if let image = objects[Path.folder(of: label.path)] {
      labelsOf[image].append(label)
    } else {
      rest.append(label)
    }
  }
  let whole = Set(images.indices.filter { !labelsOf[$0].isEmpty })
  let left = images.indices.filter { !whole.contains($0) }
  let matcher = NameMatcher(left.map { images[$0].name }, labels: rest, sides)
  for (label, image) in zip(rest, try matcher.found()) {
    let image = left[image]
    if let other = labelsOf[image].first {
      throw DataError(
        images[image].files[0],
        "has two \(sides.areResults ? "files of truth" : "labels"), \(other.path) and \(label.path): "
          + oneOf([other, label], images[image].name.stem, of: labelled))
    }
    labelsOf[image] = [label]
  }
  return labelsOf
}

/// Finds the image of each label by their names.
struct NameMatcher {
  let images: [FileName], labels: [FileName]
  /// What was named.
  let sides: NamedSides
  let byStem: [String: [Int]], byPlace: [String: [Int]], byBare: [String: [Int]]
  /// The images by the beginnings of their names that end where a run of letters, digits or others does.
  let beginningsOfStems: [String: [Int]], beginningsOfBare: [String: [Int]]
  /// What tells images apart at the ends of their names: `_day2` where there are `ctrl` and `ctrl_day2`.  A label whose name
  /// has it, and an image whose name has not, do not belong together.
  let tellingEnds: Set<String>
  /// The numbers of all names, without those that tell no name of its side from another.
  let numbersOfImages: [[String]], numbersOfLabels: [[String]]
  /// The words of each name, and of all.
  let wordsOfImages: [Set<String>], wordsOfLabels: [Set<String>]
  let allWordsOfImages: Set<String>, allWordsOfLabels: Set<String>, wordsOfEnds: Set<String>

  init(_ images: [FileName], labels: [FileName], _ sides: NamedSides) {
    (self.images, self.labels, self.sides) = (images, labels, sides)
    byStem = Dictionary(grouping: images.indices) { images[$0].stem }
    byPlace = Dictionary(grouping: images.indices) { images[$0].place }
    byBare = Dictionary(grouping: images.indices) { images[$0].bare }
    beginningsOfStems = beginnings(images.map(\.stem))
    beginningsOfBare = beginnings(images.map(\.bare))
    let known = byBare
    tellingEnds = Set(
      beginningsOfBare.filter { known[$0.key] != nil }.flatMap { beginning, places in
        places.map { String(images[$0].bare.dropFirst(beginning.count)) }
      })
    wordsOfEnds = Set(tellingEnds.flatMap(letters))
    let all = (images.map { numbers($0.stem) }, labels.map { numbers($0.stem) })
    (numbersOfImages, numbersOfLabels) = (telling(all.0, beside: all.1), telling(all.1, beside: all.0))
    (wordsOfImages, wordsOfLabels) = (images.map(words), labels.map(words))
    (allWordsOfImages, allWordsOfLabels) = (Set(wordsOfImages.joined()), Set(wordsOfLabels.joined()))
  }

  /// The image of each label.  Names decide before numbers.
  /// - Throws: `DataError` for a label that has none or may belong to several.
  func found() throws -> [Int] {
    var imageOf = try labels.indices.map(byName)
    let open = labels.indices.filter { imageOf[$0] == nil }
    guard !open.isEmpty else { return imageOf.compactMap(\.self) }
    let taken = Set(imageOf.compactMap(\.self))
    let free = images.indices.filter { !taken.contains($0) }
    guard let byRest = try byCommonParts(open, free) ?? byNumbers(open, free) else {
      throw unpaired(open, free, imageOf)
    }
    for (label, image) in zip(open, byRest) { imageOf[label] = image }
    return imageOf.compactMap(\.self)
  }
}

/// Numbers without those that all names have, such as that of a plate.  A single name goes by those that all on the other
/// side have.
private func telling(_ names: [[String]], beside others: [[String]]) -> [[String]] {
  guard names.count == 1, names[0].count > 1, others.count > 1 else {
    let rest = withoutCommonParts(names)
    return rest.allSatisfy(\.isEmpty) ? names : rest
  }
  let shared = others.dropFirst().reduce(Set(others[0])) { $0.intersection($1) }
  return [
    shared.reduce(into: names[0]) { rest, number in
      if let at = rest.firstIndex(of: number) { rest.remove(at: at) }
    }
  ]
}

/// The words of letters in a name, without those that say what a file is.
private func words(_ name: FileName) -> Set<String> {
  Set(letters(name.bare))
}

private func letters(_ name: String) -> [String] {
  runs(name).filter { CharacterKind($0.first ?? " ") == .letter && !FileWords.say($0) }.map(String.init)
}

/// The places of names by each of their beginnings.
private func beginnings(_ names: [String]) -> [String: [Int]] {
  names.indices.reduce(into: [:]) { places, at in
    var beginning = ""
    for run in runs(names[at]).dropLast() {
      beginning += run
      places[beginning, default: []].append(at)
    }
  }
}
