import UNetFiles
import UNetImages

/// The files of an image and those of its labels.
package struct FilePair: Sendable, Equatable {
  /// The image's name: that of its file without the ending.
  package let name: String
  /// The image's file, or one for each of its channels.
  package let images: [String]
  /// The file of the labels, or one for each object of the image.
  package let labels: [String]
  /// The image's number among the images of a sequence (`PageNumbers`); nil for two files that pair page by page.
  package let number: Int?
}

/// Which labels belong to which images.
package struct FilePairs: Sendable {
  /// In the natural order of the images.
  package let pairs: [FilePair]
  /// Every image that was found, with and without labels, in natural order.
  package let images: [String]
  /// How the images of a sequence are numbered; nil for two files that pair page by page.
  package let numbers: PageNumbers?
  /// A line for each kind of files that are left out.
  package let notes: [String]
}

/// The pairs of the files that `images` and `labels` name, each a file, a glob or a folder.
///
/// Two files are a pair.  Of several each label file has one image, told by their names (`pairedByName`,
/// `pairedByNumber`) or by their folders (`Layouts`); images without labels are left out.  A file that both name is a
/// label, unless all images are.
/// Unless `areResults`, what is called as a result of another image (`ResultName`) is no image.  Of results one for each
/// label must be named, those of a segmentation of the labels themselves are left out, and pictures in folders such as
/// `images` are no labels.
/// - Throws: `DataError` where a label has no image, may belong to several, or an image has several labels; `FileError`.
package func pairedFiles(images: String, labels: String, areResults: Bool = false) throws -> FilePairs {
  let sides = try NamedSides(images: images, labels: labels, areResults: areResults)
  let (named, labelled) = (sides.named, sides.labelled)
  guard named.isSequence || labelled.isSequence else {
    let pair = FilePair(
      name: Path.stem(named.files[0].path), images: [named.files[0].path], labels: [labelled.files[0].path],
      number: nil)
    return FilePairs(pairs: [pair], images: pair.images, numbers: nil, notes: sides.learnt)
  }
  let pictures = try channelsJoined(named.files, labels: labelled.files)
  let labelsOf = try matched(pictures, sides)
  if areResults { try refuseSeveralResults(pictures, labelsOf, named) }
  let numbers = PageNumbers(pictures.map(\.name), count: labelsOf.map { !$0.isEmpty })
  let pairs = zip(pictures, zip(numbers.places, labelsOf)).compactMap { picture, found in
    found.1.isEmpty
      ? nil
      : FilePair(
        name: Path.name(picture.name.stem), images: picture.files, labels: found.1.map(\.path),
        number: found.0)
  }
  let found = zip(pictures, labelsOf).map { (image: $0.name, labels: $1) }
  let notes =
    [named.note, labels == images ? nil : labelled.note].compactMap(\.self) + sides.unlabelled(found)
    + sides.learnt + sides.unread + otherNames(found, labelled)
  return FilePairs(pairs: pairs, images: pictures.flatMap(\.files), numbers: numbers, notes: notes)
}

/// A line where an image is paired with labels of another name, and labels of its own name lie beside those: the two
/// patterns name other images.
private func otherNames(_ pairs: [(image: FileName, labels: [FileName])], _ labelled: NamedFiles)
  -> [String]
{
  let known = Set(labelled.files.map(\.path))
  var beside: [String: [String]] = [:]
  for (image, labels) in pairs {
    guard labels.count == 1, let label = labels.first, label.bare != image.bare else { continue }
    let folder = Path.folder(of: label.path)
    let files = beside[folder] ?? (try? ImageSequence.contents(of: folder).files) ?? []
    beside[folder] = files
    guard let own = files.first(where: { !known.contains($0) && isLabel($0, like: label, of: image) })
    else { continue }
    return [
      "\(image.path) is paired with \(label.path), though \(own) has its name: are both patterns right?"
    ]
  }
  return []
}

/// Whether a file is called as labels of `image`, by the same words as `label`, of another image, is.
private func isLabel(_ file: String, like label: FileName, of image: FileName) -> Bool {
  let (name, own) = (Path.stem(file), Path.stem(label.path))
  let rest = own.lowercased().replacing(Path.name(label.bare), with: "")
  let names = (withoutWords(name).lowercased(), Path.name(image.bare))
  return !rest.isEmpty && names.0 == names.1 && name.lowercased().replacing(names.0, with: "") == rest
}

/// The first of some names: `a, b, c, ...`.
package func listed(_ names: [String], most: Int = 3) -> String {
  names.prefix(most).joined(separator: ", ") + (names.count > most ? ", ..." : "")
}
