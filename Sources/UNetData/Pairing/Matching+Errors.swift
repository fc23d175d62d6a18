import UNetFiles
import UNetImages

// What is said of names that do not pair.

extension NameMatcher {
  /// The error of a label that may belong to each of some images.
  func ambiguous(_ label: Int, _ candidates: [Int], _ why: String = "") -> DataError {
    let (a, b) = (images[candidates[0]], images[candidates[1]])
    return DataError(
      labels[label].path,
      "may belong to \(a.path) or to \(b.path)\(why): \(oneOf([a, b], labels[label].stem, of: sides.named))")
  }

  /// What is wrong with the first of these labels that has no image, or several of those that are free; `imageOf`: those
  /// of the other labels.
  func unpaired(_ labels: [Int], _ free: [Int], _ imageOf: [Int?]) -> DataError {
    let ofImages = Dictionary(grouping: free) { numbersOfImages[$0].last }
    let ofLabels = Dictionary(grouping: labels) { numbersOfLabels[$0].last }
    let free = labels.count == 1 ? free : []
    for label in labels {
      guard let last = numbersOfLabels[label].last else {
        let isPlain = numbers(self.labels[label].stem).isEmpty
        return missing(label, free, "it has no number\(isPlain ? "" : " of its own")")
      }
      let candidates = ofImages[last] ?? []
      if candidates.count > 1 {
        return ambiguous(label, candidates, ", which have the same number, \(last)")
      }
      if candidates.isEmpty { return missing(label, free, withoutNumber(last, imageOf)) }
    }
    return labels.lazy.compactMap { odd($0, ofImages) }.first ?? twoLabels(labels, ofLabels)
  }

  /// The error of a label whose last number one image has, with other numbers or words.
  private func odd(_ label: Int, _ ofImages: [String?: [Int]]) -> DataError? {
    guard let last = numbersOfLabels[label].last, let image = ofImages[last]?.first else { return nil }
    let isLike =
      numbersOfLabels[label].count != numbersOfImages[image].count
      || numbersOfLabels[label] == numbersOfImages[image]
    guard !isLike || !agree(label, image) else { return nil }
    return missing(
      label, [], "\(images[image].path), which has its number \(last), differs in a word or another number")
  }

  /// Why no free image has this last number.
  private func withoutNumber(_ last: String, _ imageOf: [Int?]) -> String {
    let same = images.indices.filter { numbersOfImages[$0].last == last }
    let taken = same.lazy.compactMap { image in imageOf.firstIndex(of: image).map { (image, $0) } }.first
    if let (image, label) = taken {
      return "\(images[image].path), which has the number \(last), belongs to \(labels[label].path)"
    }
    return numbersOfImages.contains { $0.contains(last) }
      ? "none ends with the number \(last)" : "none has the number \(last)"
  }

  /// The error of a label without an image, with what names and folders tell of the reason; with the only image that
  /// is free.
  private func missing(_ at: Int, _ free: [Int], _ number: String) -> DataError {
    let label = labels[at]
    func error(_ text: String) -> DataError { DataError(label.path, "has no \(sides.image)\(text)") }
    if let file = sides.named.unread(like: label) { return error(": \(file)") }
    if images.count > 1, let pages = (try? PageFile(label.path))?.count, pages > 1 {
      return error(
        " of its own: it has \(pages) pages, and \(sides.named.pattern) is \(images.count) files; give each of them a file of "
          + "its name, or all as the pages of one file")
    }
    let left =
      free.count == 1 ? " (\(images[free[0]].path) has no \(sides.areResults ? "truth" : "labels"))" : ""
    let remedy =
      sides.areResults
      ? "predict its image too, or name the truth of what was predicted alone, as by a pattern"
      : "name labels after their images"
    return error(": no name in \(sides.named.pattern) is like its own, and \(number)\(left); \(remedy)")
  }

  /// Of the labels that have the same last number.
  private func twoLabels(_ labels: [Int], _ ofNumber: [String?: [Int]]) -> DataError {
    let all = labels.lazy.compactMap { ofNumber[numbersOfLabels[$0].last] }
    guard let same = all.first(where: { $0.count > 1 }) else {
      return missing(labels[0], [], "others have its numbers too")
    }
    let (a, b) = (same[0], same[1])
    return DataError(
      self.labels[a].path,
      "and \(self.labels[b].path) have the same number: "
        + (sides.areResults ? "name truth and predictions" : "name labels") + " after their images")
  }
}

/// Refuses labels whose image is one of several of one name, such as its probabilities and its instances: which of them is
/// meant, no name can say.
func refuseSeveralResults(_ images: [NamedPicture], _ labels: [[FileName]], _ named: NamedFiles) throws {
  let byName = Dictionary(grouping: images.map(\.name), by: \.cased)
  for (image, label) in zip(images, labels) {
    guard let label = label.first, let all = byName[image.name.cased], all.count > 1 else { continue }
    let name = Path.name(all[0].stem)
    let stem = all[0].stem.dropLast(name.count) + withoutWords(name)
    throw DataError(
      label.path, "may belong to \(all[0].path) or to \(all[1].path): \(oneOf(all, String(stem), of: named))")
  }
}

/// The advice how to name one of `files`, whose names begin with `stem` or alike, by how most of `all` end.
func oneOf(_ files: [FileName], _ stem: String, of all: NamedFiles) -> String {
  var stem = stem
  if !files.contains(where: { $0.stem.hasPrefix(stem) && $0.stem != stem }) {
    let both = zip(runs(files[0].stem), runs(files[1].stem)).prefix { $0 == $1 }
    let words = both.map { String($0.0) }.joined()
    stem = String(words.reversed().drop(while: isSeparator).reversed())
  }
  let start = Path.name(stem).count
  let ends = files.filter { $0.stem.hasPrefix(stem) && $0.stem != stem }
    .map { (path: $0.path, end: String(Path.name($0.path).dropFirst(start))) }
  func count(_ end: String) -> Int { all.files.count { $0.path.hasSuffix(end) } }
  // Of results, pictures for people are not meant.
  let foreign = ends.filter { ResultName.image(of: $0.path) == nil }
  let meant = ends.filter { !$0.end.contains("overlay") && !$0.end.contains("logits") }
  // The shorter of two that are as many.
  let best = (!foreign.isEmpty ? foreign : meant.isEmpty ? ends : meant).max {
    (count($0.end), -$0.end.count) < (count($1.end), -$1.end.count)
  }
  guard start > 0, let one = best,
    count(one.end) > 1 && !Path.stem(one.end).allSatisfy(\.isNumber)
      || FileWords.say(Path.stem(one.end).drop(while: isSeparator))
  else { return "name labels after their images, or give a pattern that one of them fits" }
  let pattern = String(one.path.dropLast(Path.name(one.path).count)) + "*\(one.end)"
  guard let other = files.first(where: { $0.path != one.path && $0.path.hasSuffix(one.end) }) else {
    return "name one for each by a pattern such as \(pattern)"
  }
  return "both fit \(pattern); put \(Path.name(other.path)) and others like it into another folder"
}
