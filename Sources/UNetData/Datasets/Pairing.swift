import UNetFiles
import UNetImages

/// Which label file belongs to which image file.
struct FilePair {
  let images, labels: String
  /// The files are members of sequences, numbered by their names.
  let isSequence: Bool
}

/// The pairs in the natural order of the images.  Every label file has its image.
func pairedFiles(images: String, labels: String) throws -> [FilePair] {
  let (imageFiles, labelFiles) = (try ImageSequence.found(images), try ImageSequence.found(labels))
  if !imageFiles.isSequence && !labelFiles.isSequence {
    return [FilePair(images: images, labels: labels, isSequence: false)]
  }
  let names = Set(imageFiles.files.map(Path.stem))
  let byName = labelFiles.files.allSatisfy { names.contains(Path.stem($0)) }
  let key = { (file: String) in byName ? Path.stem(file) : lastNumber(Path.stem(file)).map { String($0) } }
  let imageOf = try indexed(imageFiles.files, by: key)
  let labelOf = try indexed(labelFiles.files, by: key)
  for (key, label) in labelOf.sorted(by: { precedes($0.value, $1.value) }) where imageOf[key] == nil {
    throw DataError(label, "has no image: none in \(images) has the number \(key)")
  }
  return imageFiles.files.compactMap { image in
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
