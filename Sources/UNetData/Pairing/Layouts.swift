import UNetFiles

// Ways in which folders, not names alone, say which labels belong to which image.

/// An image with the files of its channels.
struct NamedPicture: Sendable {
  let name: FileName
  let files: [String]
}

/// Images of which each file has one channel, as nnU-Net names them, `NAME_0000.tif`, `NAME_0001.tif` for labels
/// `NAME.tif`, joined; all others as they are.
func channelsJoined(_ images: [FileName], labels: [FileName]) -> [NamedPicture] {
  let alone = images.map { NamedPicture(name: $0, files: [$0.path]) }
  let names = Set(images.map(\.place))
  let groups = Dictionary(grouping: images) { withoutChannel($0.place).map(String.init) ?? "" }
  guard !labels.isEmpty,
    labels.allSatisfy({ groups[$0.place] != nil && $0.place != "" && !names.contains($0.place) })
  else { return alone }
  var seen: Set<String> = []
  return images.compactMap { image in
    guard let base = withoutChannel(image.place).map(String.init) else {
      return NamedPicture(name: image, files: [image.path])
    }
    guard seen.insert(base).inserted, let files = groups[base] else { return nil }
    let paths = files.map(\.path).sorted(by: precedes)
    return NamedPicture(name: FileName(paths[0], stem: base), files: paths)
  }
}

/// The pictures, by their paths without ending, of whose `count` channels each has a file, as nnU-Net names them:
/// `NAME_0000.tif`, `NAME_0001.tif`; in the order of the channels.
package func channelFiles(_ paths: [String], count: Int) -> [String: [String]] {
  func stem(_ path: String) -> String { Path.join(Path.folder(of: path), Path.stem(path)) }
  let numbered = paths.filter { withoutChannel(Path.stem($0)) != nil }
  let groups = Dictionary(grouping: numbered) { String(stem($0).dropLast(5)) }
  let taken = Set(paths.map(stem))
  return groups.mapValues { $0.sorted(by: precedes) }.filter { picture, files in
    files.map { Int(Path.stem($0).suffix(4)) } == Array(0..<count) && !taken.contains(picture)
  }
}

/// `NAME` of `NAME_0001`; nil where no channel's number of four digits ends the name.
func withoutChannel<Name: StringProtocol>(_ stem: Name) -> Name.SubSequence? {
  let parts = stem.suffix(5)
  guard parts.count == 5, stem.count > 5, parts.first == "_",
    parts.dropFirst().allSatisfy({ CharacterKind($0) == .digit })
  else { return nil }
  return stem.dropLast(5)
}

/// The images and the labels of one folder that has both: told by their folders (`images`, `masks`), else by the words at
/// the ends of their names (`cell_mask`), even without an image beside them, or by these images (`LabelNames`).  All are
/// images and labels where nothing tells them apart.
func parted(_ files: NamedFiles) -> (NamedFiles, NamedFiles) {
  let names = LabelNames(files.files.map(\.stem))
  func isLabel(_ file: FileName) -> Bool {
    let folder = file.folderWords
    if !folder.isEmpty { return !folder.isDisjoint(with: FileWords.labels) }
    if names.isLabel(file.stem) { return true }
    let words = Path.name(file.stem).split(whereSeparator: isSeparator)
    return words.count > 1
      && [words.first, words.last].contains { word in
        word.map { FileWords.labels.contains($0.lowercased()) } ?? false
      }
  }
  let labels = files.files.filter(isLabel)
  let images = files.files.filter { !isLabel($0) }
  guard !labels.isEmpty, !images.isEmpty else { return (files, files) }
  return (files.with(images), files.with(labels))
}

/// The image to which each folder of labels belongs whose files are an object each: that of its name
/// (`masks/NAME/*.png`), or the only one of a sample beside a folder of masks, as in DSB 2018 (`ID/images/ID.png`,
/// `ID/masks/*.png`).  By the folder's path; folders that belong to none are not in it.
func objectFolders(_ images: [NamedPicture], _ labels: [FileName]) -> [String: Int] {
  let byName = Dictionary(grouping: images.indices) { images[$0].name.bare }
  let byFolder = Dictionary(grouping: images.indices) { images[$0].name.folder }
  let bySample = Dictionary(grouping: images.indices) { sample(of: Path.folder(of: images[$0].files[0])) }
  func image(of path: String, _ files: [FileName]) -> Int? {
    let folder = files[0].folder
    if let named = byName[folder], named.count == 1 { return named[0] }
    guard holdsMasks(path) else { return nil }
    for beside in [bySample[sample(of: path)], folder.isEmpty ? nil : byFolder[folder]] {
      guard let beside, beside.count == 1 else { continue }
      let isNamedAsImage = files.contains { $0.bare == images[beside[0]].name.bare }
      return isNamedAsImage ? nil : beside[0]
    }
    return nil
  }
  return Dictionary(grouping: labels) { Path.folder(of: $0.path) }.reduce(into: [:]) { imageOf, folder in
    imageOf[folder.key] = image(of: folder.key, folder.value)
  }
}

private func holdsMasks(_ folder: String) -> Bool {
  ["mask", "masks", "objects"].contains(Path.name(Path.real(folder)).lowercased())
}

/// The folder of a sample: without the folders in it that say what their files are.
private func sample(of folder: String) -> String {
  var folder = Path.real(folder)
  while FileWords.say(Path.name(folder)) || holdsMasks(folder) { folder = Path.folder(of: folder) }
  return folder
}
