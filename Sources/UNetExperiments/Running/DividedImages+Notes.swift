import UNetData
import UNetFiles
import UNetNumerics

/// What is said of them before a training.
extension DividedImages {
  func notes(_ heldOut: [Frame]) throws -> [String] {
    let first =
      heldOut.isEmpty
      ? ["nothing is held out, so no figure will say how good the result is: see data.hold-out"]
      : held(heldOut)
    var notes = first + surplusClasses
    guard let source else { return notes }
    let data = experiment.data
    let ground = source.groundNote(
      learntFrom: kept, partlyAnnotated: Set(data.partlyAnnotated), unlabelledBorder: data.unlabelledBorder)
    notes += [ground, source.pixelSizeNote(kept), tileNote(source), partsNote(source)].compactMap(\.self)
    for (set, partly) in [(source, data.partlyAnnotated), (heldOutSource, partlyAnnotatedHeldOut)] {
      guard let set else { continue }
      if !partly.isEmpty || experiment.data.holdOut.namesPages, let reason = set.numbers?.reason {
        notes.append("\(Path.folder(of: set.pages[0].file)): \(reason)")
      }
      notes +=
        set.notes + set.imageNotes(data.normalisation) + set.labelNotes(partlyAnnotated: Set(partly))
    }
    return notes
  }

  /// Classes of the network that no label of the kind has.
  private var surplusClasses: [String] {
    let (classes, kind) = (experiment.network.classes, experiment.data.kind)
    guard kind != .classes, classes > 2 else { return [] }
    return [
      "network.classes is \(classes), and labels of kind \(kind.rawValue) have two classes: the others are never learnt; "
        + "leave it out, or give data.kind: classes"
    ]
  }

  /// A line where a tile is so much larger than every image that most of it is mirrored.
  private func tileNote(_ source: Dataset) -> String? {
    let (tile, scale) = (experiment.training.tile, experiment.data.scale)
    let sizes = kept.map { source.pages[$0].image }.map { max($0.height, $0.width) }
    guard let largest = sizes.max().map({ Int((Double($0) * scale).rounded()) }),
      let output = experiment.network.network.output(of: tile),
      experiment.network.network.extent(of: output) >= 2 * largest
    else { return nil }
    return
      "training.tile is \(tile), and the largest image has a side of \(largest) pixels\(scale == 1 ? "" : " at data.scale"): most "
      + "of what is learnt from is mirrored; a smaller tile trains faster"
  }

  /// A line where a part that is learnt from and one that is held out have pixels in common.
  private func partsNote(_ source: Dataset) -> String? {
    let held = zip(used, isHeldOut).filter(\.1).map { source.pages[$0.0] } + (heldOutSource?.pages ?? [])
    let both = kept.map { source.pages[$0] }.lazy.flatMap { page in
      held.filter(page.overlaps).map { (page.place, $0.place) }
    }
    guard let (learnt, judging) = both.first else { return nil }
    return
      "\(learnt), which is learnt from, overlaps \(judging), which is held out: figures are too good; give parts that do not"
  }

  private var partlyAnnotatedHeldOut: [Int] {
    if case .sequence(_, _, let listed) = experiment.data.holdOut { listed } else { [] }
  }

  /// Which images are held out, where the experiment does not list them.
  private func held(_ frames: [Frame]) -> [String] {
    switch experiment.data.holdOut {
    case .part: break
    case .pages where source?.numbers?.arePlaces ?? source?.countsPagesOfFiles == true: break
    case .none, .pages, .files, .sequence: return []
    }
    let names =
      source.map { heldFiles(frames, of: $0) } ?? pageRanges(frames.map(\.page)).map { "page \($0)" }
    let shown = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
    let groups = source.flatMap { source in NameGroups(used.map { source.pages[$0].file }) }
    let note =
      if case .part(let part) = experiment.data.holdOut { groups?.note(isHeldOut) ?? movieNote(part) } else {
        nil as String?
      }
    return ["\(frames.count) of \(isHeldOut.count) images are held out: \(shown)"] + [note].compactMap(\.self)
  }

  /// A line where frames of a movie in single files were drawn.
  private func movieNote(_ part: Experiment.HoldOut.Part) -> String? {
    if case .every = part { return nil }
    guard let source, source.areAlike else { return nil }
    let pages = source.pages.map(\.page).sorted()
    let block = pageRanges(Array(pages.suffix(max(1, pages.count / 5)))).joined(separator: ", ")
    return
      "\(listed(Path.apart(source.pages.map(\.file)), most: 2)) follow each other like frames of a movie, and those held out "
      + "were drawn among them: neighbours are alike, so figures are too good; hold out a block, as with hold-out: {pages: "
      + "[\(block)]}"
  }

  /// The files that are held out, with their pages where others of them are learnt from; pages alone of a single file.
  private func heldFiles(_ frames: [Frame], of source: Dataset) -> [String] {
    let pages = Dictionary(grouping: source.pages, by: \.file)
    let held = Dictionary(grouping: frames, by: \.file)
    let told = Dictionary(
      zip(source.pages.map(\.file), Path.apart(source.pages.map(\.file)))
    ) { name, _ in name }
    return frames.map(\.file).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }.flatMap {
      file in
      let (taken, all, name) = (held[file] ?? [], pages[file] ?? [], told[file] ?? file)
      guard pages.count == 1 || taken.count < all.count else { return [name] }
      let ranges = pageRanges(taken.map(\.pageInFile))
      return ranges.map { pages.count == 1 ? "page \($0)" : "\(name) page \($0)" }
    }
  }
}
