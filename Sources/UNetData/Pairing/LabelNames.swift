import UNetFiles

/// Tells labels from the images beside which they lie, in a tree of folders, by names alone.
///
/// Labels are files called so beside an image of the same name or number (`cell_mask` and `cell`, `man_seg007` and `t007`),
/// and all files of a folder that is called so and lies beside images (`masks` beside `images`, `01_GT` beside `01`), but for
/// those of a folder of images in it.
package struct LabelNames {
  /// What lies in a folder.
  private struct Contents {
    /// Folders not called as labels.
    var folders: [NameWords] = []
    /// The least count of words for labels among the files of the same other words, and of the same numbers.
    var names: [[String]: Int] = [:], numbers: [[String]: Int] = [:]
    var hasImages: Bool { names.values.contains(0) }
  }

  /// By the paths of folders.
  private var contents: [String: Contents] = [:]

  /// The files of a tree, by their paths below its root without endings.
  package init(_ files: [String]) {
    var known: Set<String> = []
    for file in files {
      var parts = file.split(separator: "/")
      guard let name = parts.popLast() else { continue }
      var folder = contents[parts.joined(separator: "/")] ?? Contents()
      for words in [name, withoutChannel(name)].compactMap(\.self).map(NameWords.init) {
        folder.names[words.rest] = min(words.labels, folder.names[words.rest] ?? .max)
        folder.numbers[words.numbers] = min(words.labels, folder.numbers[words.numbers] ?? .max)
      }
      contents[parts.joined(separator: "/")] = folder
      while known.insert(parts.joined(separator: "/")).inserted, let name = parts.popLast() {
        let words = NameWords(name)
        guard !words.areOfLabelFolder else { continue }
        contents[parts.joined(separator: "/"), default: Contents()].folders.append(words)
      }
    }
  }

  /// Whether this one of the files is labels of others.
  package func isLabel(_ file: String) -> Bool {
    var parts = file.split(separator: "/")
    guard let name = parts.popLast() else { return false }
    if isLabelFile(NameWords(name), in: contents[parts.joined(separator: "/")]) { return true }
    while let folder = parts.popLast().map(NameWords.init), !folder.areOfImages {
      if isLabelFolder(folder, in: contents[parts.joined(separator: "/")]) { return true }
    }
    return false
  }

  /// Whether a name has a word for labels at one of its ends, and others.
  static func areCalledLabels(_ name: String) -> Bool {
    let words = NameWords(name[...])
    return words.areOfLabels && words.areSeveral
  }

  private func isLabelFile(_ words: NameWords, in folder: Contents?) -> Bool {
    guard let folder, words.areOfLabels else { return false }
    return folder.names[words.rest].map { $0 < words.labels } == true
      || words.endInLabels && !words.numbers.isEmpty && folder.numbers[words.numbers] == 0
  }

  private func isLabelFolder(_ words: NameWords, in folder: Contents?) -> Bool {
    guard let folder, words.areOfLabelFolder else { return false }
    guard words.rest.isEmpty else {
      return folder.names[words.rest] == 0 || folder.folders.contains { $0.rest == words.rest }
    }
    return folder.folders.contains(where: \.areOfImages) || words.areSure && folder.hasImages
  }
}

/// The words of a name: letters, small, and numbers without leading zeros.
private struct NameWords {
  /// With what Cellpose leaves beside its masks; with folders of truth and results of the Cell Tracking Challenge.
  private static let ofFiles = FileWords.labels.union(["lab", "outlines", "flows"])
  private static let ofFolders = FileWords.labels.union(["st", "res", "err"])
  private let words: [String], letters: [String]
  let numbers: [String]
  /// Without those that say what a file is.
  let rest: [String]

  init(_ name: Substring) {
    words = runs(name.lowercased()).filter { !isSeparator($0.first ?? " ") }.map {
      isNumber($0) ? number($0) : String($0)
    }
    letters = words.filter { !isNumber($0[...]) }
    numbers = words.filter { isNumber($0[...]) }
    rest = words.filter { !FileWords.say($0) && !Self.ofFiles.contains($0) && !Self.ofFolders.contains($0) }
  }

  var areSeveral: Bool { words.count > 1 }
  /// How many say that a file has labels.
  var labels: Int { letters.count(where: Self.ofFiles.contains) }
  /// Whether the first or the last says so.
  var areOfLabels: Bool {
    [letters.first, letters.last].compactMap(\.self).contains(where: Self.ofFiles.contains)
  }
  /// Whether the last does, and hardly means anything else.
  var endInLabels: Bool { letters.last.map { Self.ofFiles.contains($0) } == true && areSure }
  var areSure: Bool { !letters.allSatisfy(FileWords.vagueLabels.contains) }
  /// Whether a folder has labels, or, beside one of the same name, truth or results.
  var areOfLabelFolder: Bool {
    words.contains(where: rest.isEmpty ? FileWords.labels.contains : Self.ofFolders.contains)
  }
  /// Whether all say that a folder has images.
  var areOfImages: Bool {
    rest.isEmpty && !areOfLabelFolder && words.contains(where: FileWords.images.contains)
  }
}
