import UNetFiles
import UNetImages

/// Which label file belongs to which image file.
struct FilePair {
  let images, labels: String
  /// The files are members of sequences, numbered by their names.
  let isSequence: Bool
}

/// The files of images and of labels, and whether they are sequences.  A file that both patterns name is a label, unless
/// all images are.
func imagesAndLabels(images: String, labels: String) throws
  -> (images: [String], labels: [String], isSequence: Bool)
{
  let (named, labelled) = (try ImageSequence.found(images), try ImageSequence.found(labels))
  let taken = Set(labelled.files.map(Path.real))
  let own = named.files.filter { !taken.contains(Path.real($0)) }
  return (own.isEmpty ? named.files : own, labelled.files, named.isSequence || labelled.isSequence)
}

/// The pairs in the natural order of the images.  Every label file has its image.
func pairedFiles(images: String, labels: String) throws -> [FilePair] {
  let (imageFiles, labelFiles, isSequence) = try imagesAndLabels(images: images, labels: labels)
  guard isSequence else {
    return [FilePair(images: images, labels: labels, isSequence: false)]
  }
  let names = Set(imageFiles.map(Path.stem))
  let byName = labelFiles.allSatisfy { names.contains(Path.stem($0)) }
  let key = { (file: String) in byName ? Path.stem(file) : lastNumber(Path.stem(file)).map { String($0) } }
  let imageOf = try indexed(imageFiles, by: key)
  let labelOf = try indexed(labelFiles, by: key)
  for (key, label) in labelOf.sorted(by: { precedes($0.value, $1.value) }) where imageOf[key] == nil {
    throw DataError(label, "has no image: none in \(images) has the number \(key)")
  }
  return imageFiles.compactMap { image in
    guard let key = key(image), let label = labelOf[key] else { return nil }
    return FilePair(images: image, labels: label, isSequence: true)
  }
}

private func indexed(_ files: [String], by key: (String) -> String?) throws -> [String: String] {
  var found: [String: String] = [:]
  for file in files {
    guard let key = key(file) else {
      throw DataError(file, "has no number in its name: images and labels pair by equal names or by number")
    }
    if let other = found.updateValue(file, forKey: key) {
      throw DataError(other, "and \(file) have the same number, \(key): give each image a number of its own")
    }
  }
  return found
}
