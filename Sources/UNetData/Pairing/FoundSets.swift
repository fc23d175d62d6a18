import UNetFiles
import UNetImages
import UNetNumerics

/// Images and their labels as a folder holds them; an experiment in it would name them so.
package struct FoundSet: Equatable, Sendable {
  /// From the folder.
  package let images: String, labels: String
  /// Which labels belong to which images.
  package let pairs: [FilePair]

  /// These, in `folder`.
  /// - Throws: as `pairedFiles` does.
  package init(images: String, labels: String, in folder: String) throws {
    func place(_ name: String) -> String { name.hasPrefix("/") ? name : Path.join(folder, name) }
    pairs = try pairedFiles(images: place(images), labels: place(labels)).pairs
    (self.images, self.labels) = (images, labels)
  }

  package static func == (a: FoundSet, b: FoundSet) -> Bool { (a.images, a.labels) == (b.images, b.labels) }
}

/// The sets of images with labels in `folder`, in one of the layouts that people use: one folder for each, two stacks, images
/// beside their labels, nnU-Net, DSB 2018, or sequences of the Cell Tracking Challenge, the only ones of which there may be two.
/// - Throws: `DataError` where there is none; `FileError`.
package func foundSets(in folder: String) throws -> [FoundSet] {
  guard Files.isFolder(folder) else {
    throw DataError(
      folder,
      Files.exists(folder)
        ? "is no folder: give the one that has images and labels" : "does not exist: check the name")
  }
  var problem: DataError?
  for layout in try layouts(of: folder, depth: 0) {
    let sets = try layout.compactMap { images, labels -> FoundSet? in
      do {
        let set = try FoundSet(images: images, labels: labels, in: folder)
        // Where nothing tells images from labels, each is both.
        return set.pairs.isEmpty || set.pairs.contains { $0.images == $0.labels } ? nil : set
      } catch let error as DataError {
        problem = problem ?? error
        return nil
      }
    }
    if !sets.isEmpty { return sets }
  }
  throw DataError(
    folder,
    "has no images with labels that can be told apart\(problem.map { " (\($0))" } ?? ""): put them into the folders images and "
      + "labels, or name both", choices: ["images", "labels"])
}

/// The images, as `FoundSet` names them, of a set in `folder` that has no file of `found`, and stands in another folder; nil where there is none.
/// - Throws: `FileError`; `CancellationError`.
package func otherImages(in folder: String, than found: [FoundSet]) throws -> String? {
  func top(_ path: String) -> Substring { path.prefix { $0 != "/" } }
  let taken = Set(found.flatMap { [top($0.images), top($0.labels)] })
  let files = Set(found.flatMap(\.pairs).flatMap { $0.images + $0.labels }.map(Path.real))
  return try layouts(of: folder, depth: 0).joined().first { images, labels in
    try Cancellation.check()
    guard ![images, labels].contains("."), taken.isDisjoint(with: [top(images), top(labels)]),
      let set = try? FoundSet(images: images, labels: labels, in: folder), !set.pairs.isEmpty
    else { return false }
    return set.pairs.allSatisfy {
      $0.images != $0.labels && files.isDisjoint(with: ($0.images + $0.labels).map(Path.real))
    }
  }?.images
}

private typealias Names = (images: String, labels: String)

/// What images and labels may be in `folder`, the surest first: each of one set or several.
private func layouts(of folder: String, depth: Int) throws -> [[Names]] {
  let names = try Files.names(in: folder).filter { !$0.hasPrefix(".") }.sorted(by: precedes)
  let folders = names.filter { Files.isFolder(Path.join(folder, $0)) }
  let sequences = folders.compactMap { name -> Names? in
    let labels = "\(name)_GT/SEG"
    return Files.isFolder(Path.join(folder, labels)) ? (name, labels) : nil
  }
  let labelled = folders.filter { areWords($0, FileWords.labels) }
  let imaged = folders.filter { areWords($0, FileWords.images) }
  var layouts = [sequences].filter { !$0.isEmpty }
  // `imagesTr` with `labelsTr` before `imagesTs`.
  let apart = imaged.flatMap { images in labelled.map { (images, $0) } }
  layouts += (apart.filter { $0.0.suffix(2) == $0.1.suffix(2) } + apart).map { [$0] }
  if imaged.isEmpty, labelled.count == 1, folders.count == 2 {
    layouts += folders.filter { $0 != labelled[0] }.map { [($0, labelled[0])] }
  }
  let files = ((try? ImageSequence.contents(of: folder).files) ?? []).map(Path.name)
  let labelFiles = files.filter { areWords(Path.stem($0), FileWords.labels, some: true) }
  let others = files.filter { !labelFiles.contains($0) }
  if others.count == 1, labelFiles.count == 1 { layouts.append([(others[0], labelFiles[0])]) }
  // Those to train on before all together, and these before others.
  func isForTraining(_ name: String) -> Bool { name.lowercased().hasPrefix("train") }
  guard depth < 2 else { return layouts + [[(".", ".")]] }
  for inner in folders.filter(isForTraining) + [""] + folders.filter({ !isForTraining($0) })
  where !labelled.contains(inner) {
    if inner.isEmpty {
      layouts.append([(".", ".")])
      continue
    }
    // One that may not be looked into, such as lost+found, has nothing to find.
    layouts += ((try? UNetData.layouts(of: Path.join(folder, inner), depth: depth + 1)) ?? []).map { sets in
      sets.map { (Path.join(inner, $0.images), Path.join(inner, $0.labels)) }
    }
  }
  return layouts
}

/// Whether a name consists of words that say what files are, and one of them, or `some` at an end, is of `words`.
private func areWords(_ name: String, _ words: Set<String>, some: Bool = false) -> Bool {
  let parts = name.lowercased().split(whereSeparator: isSeparator).map(String.init)
  if some { return [parts.first, parts.last].contains { $0.map(words.contains) ?? false } }
  return parts.contains(where: words.contains) && parts.allSatisfy { FileWords.say($0) }
}
