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
/// label must be named, and pictures in folders such as `images` are no labels.
/// - Throws: `DataError` where a label has no image, may belong to several, or an image has several labels; `FileError`.
package func pairedFiles(images: String, labels: String, areResults: Bool = false) throws -> FilePairs {
  var (named, labelled) = try imagesAndLabels(images: images, labels: labels)
  if areResults { labelled.leaveOutImages() } else { named.leaveOutResults() }
  guard named.isSequence || labelled.isSequence else {
    let pair = FilePair(
      name: Path.stem(named.files[0].path), images: [named.files[0].path], labels: [labelled.files[0].path],
      number: nil)
    return FilePairs(pairs: [pair], images: pair.images, numbers: nil, notes: [])
  }
  let pictures = channelsJoined(named.files, labels: labelled.files)
  let labelsOf = try matched(pictures, named, labelled)
  if areResults { try refuseSeveralResults(pictures, labelsOf) }
  let numbers = PageNumbers(pictures.map(\.name))
  let pairs = zip(pictures, zip(numbers.places, labelsOf)).compactMap { picture, found in
    found.1.isEmpty
      ? nil
      : FilePair(
        name: Path.name(picture.name.stem), images: picture.files, labels: found.1.map(\.path),
        number: found.0)
  }
  let missing = zip(pictures, labelsOf).filter { $1.isEmpty }.map { Path.name($0.0.files[0]) }
  let notes =
    [named.note, labels == images ? nil : labelled.note].compactMap(\.self)
    + (missing.isEmpty
      ? []
      : [
        "\(images): \(missing.count) of \(pictures.count) images have no labels and are left out: \(listed(missing))"
      ])
  return FilePairs(pairs: pairs, images: pictures.flatMap(\.files), numbers: numbers, notes: notes)
}

/// The files of images and of labels.
private func imagesAndLabels(images: String, labels: String) throws -> (NamedFiles, NamedFiles) {
  let named = try NamedFiles(images, areLabels: false)
  let labelled = try NamedFiles(labels, areLabels: true)
  if named.isSequence, Path.real(images) == Path.real(labels) { return parted(named) }
  let taken = Set(labelled.files.map { Path.real($0.path) })
  let others = named.files.filter { !taken.contains(Path.real($0.path)) }
  return (others.isEmpty ? named : named.with(others), labelled)
}

/// The first of some names: `a, b, c, ...`.
package func listed(_ names: [String], most: Int = 3) -> String {
  names.prefix(most).joined(separator: ", ") + (names.count > most ? ", ..." : "")
}
