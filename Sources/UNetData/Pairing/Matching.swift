import UNetFiles
import UNetImages

/// The labels of each image, in the order of `images`: one file, several where they are an object each, none where it
/// has no labels.
func matched(_ images: [NamedPicture], _ named: NamedFiles, _ labelled: NamedFiles) throws -> [[FileName]] {
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
  let matcher = NameMatcher(left.map { images[$0].name }, labels: rest)
  for (label, image) in zip(rest, try matcher.images(of: named.pattern)) {
    let image = left[image]
    if let other = labelsOf[image].first {
      throw DataError(
        images[image].files[0],
        "has two labels, \(other.path) and \(label.path): \(oneOf([other, label], images[image].name.stem))")
    }
    labelsOf[image] = [label]
  }
  return labelsOf
}

/// Refuses labels whose image is one of several of one name, such as its probabilities and its instances: which of them is
/// meant, no name can say.
func refuseSeveralResults(_ images: [NamedPicture], _ labels: [[FileName]]) throws {
  let byName = Dictionary(grouping: images.map(\.name), by: \.bare)
  for (image, label) in zip(images, labels) {
    guard let label = label.first, let all = byName[image.name.bare], all.count > 1 else { continue }
    let name = Path.name(all[0].stem)
    let stem = all[0].stem.dropLast(name.count) + withoutWords(name)
    throw DataError(
      label.path, "may belong to \(all[0].path) or to \(all[1].path): \(oneOf(all, String(stem)))")
  }
}

/// The advice to name some of several files that are alike but for how their names end.
func oneOf(_ files: [FileName], _ stem: String) -> String {
  guard let file = files.last(where: { $0.stem.hasPrefix(stem) && $0.stem != stem }) else {
    return "name those that are meant by a pattern"
  }
  let end = Path.name(file.path).dropFirst(Path.name(stem).count)
  return "name one for each by a pattern such as \(Path.join(Path.folder(of: file.path), "*\(end)"))"
}

/// Finds the image of each label by their names.
struct NameMatcher {
  let images: [FileName], labels: [FileName]
  let byStem: [String: [Int]], byPlace: [String: [Int]], byBare: [String: [Int]]
  /// The images by the beginnings of their names that end where a run of letters, digits or others does.
  let beginningsOfStems: [String: [Int]], beginningsOfBare: [String: [Int]]

  init(_ images: [FileName], labels: [FileName]) {
    (self.images, self.labels) = (images, labels)
    byStem = Dictionary(grouping: images.indices) { images[$0].stem }
    byPlace = Dictionary(grouping: images.indices) { images[$0].place }
    byBare = Dictionary(grouping: images.indices) { images[$0].bare }
    beginningsOfStems = beginnings(images.map(\.stem))
    beginningsOfBare = beginnings(images.map(\.bare))
  }

  /// The image of each label.  Names decide before numbers.
  /// - Throws: `DataError` for a label that has none or may belong to several; `pattern` is where the images are.
  func images(of pattern: String) throws -> [Int] {
    var imageOf = try labels.indices.map(byName)
    let open = labels.indices.filter { imageOf[$0] == nil }
    guard !open.isEmpty else { return imageOf.compactMap(\.self) }
    let taken = Set(imageOf.compactMap(\.self))
    let free = images.indices.filter { !taken.contains($0) }
    let byRest = try byCommonParts(open, free) ?? byNumbers(open, free, pattern)
    for (label, image) in zip(open, byRest) { imageOf[label] = image }
    return imageOf.compactMap(\.self)
  }

  /// The error of a label that may belong to each of some images.
  func ambiguous(_ label: Int, _ candidates: [Int], _ why: String = "") -> DataError {
    let (a, b) = (images[candidates[0]], images[candidates[1]])
    return DataError(
      labels[label].path,
      "may belong to \(a.path) or to \(b.path)\(why): \(oneOf([b, a], labels[label].stem))")
  }
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
