import UNetFiles

// Ways in which folders, not names alone, say which labels belong to which image.

/// The images and the labels of one folder that has both: told by their folders (`images`, `masks`), else by the words at
/// the ends of their names (`cell_mask`), even without an image beside them, or by these images (`LabelNames`).  All are
/// images and labels where nothing tells them apart.
func parted(_ files: NamedFiles) -> (NamedFiles, NamedFiles) {
  let names = LabelNames(files.files.map(\.stem))
  func isLabel(_ file: FileName) -> Bool {
    let folder = file.folderWords
    if !folder.isEmpty { return !folder.isDisjoint(with: FileWords.labels) }
    return names.isLabel(file.stem) || LabelNames.areCalledLabels(Path.name(file.stem))
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
  FileWords.objects.contains(Path.name(Path.real(folder)).lowercased())
}

/// The folder of a sample: without the folders in it that say what their files are.
private func sample(of folder: String) -> String {
  var folder = Path.real(folder)
  while FileWords.say(Path.name(folder)) || holdsMasks(folder) { folder = Path.folder(of: folder) }
  return folder
}
