import UNetFiles
import UNetImages
import UNetNumerics

// What is odd about data that can be learnt from all the same: a line for each kind of oddity, to be said before a training
// starts.
extension Dataset {
  /// What is odd about the images, normalised so.
  package func imageNotes(_ normalisation: Normalisation) -> [String] {
    UNetData.imageNotes(pages, normalisation)
  }

  /// What is odd about labels beside those of the frames around them, where those of some pages are partly annotated.
  ///
  /// - Frames without any cell, among others that have some.
  /// - Instances of a series (a stack, or files of consecutive numbers), in which the number of cells changes little from
  ///   frame to frame: frames with less than half of the cells that the six frames nearest to it have (their median), not
  ///   known to be annotated in part.  Cells divide and leave, but slowly; a sudden drop is most likely a frame in which
  ///   some cells were annotated, and then the others would be learnt as background.
  package func labelNotes(partlyAnnotated: Set<Int> = []) -> [String] {
    let whole = pages.filter { !partlyAnnotated.contains($0.page) && meaning.knowsAll($0.labels) }
    let empty = whole.filter { !meaning.hasCell($0.labels) }
    let notes = empty.isEmpty ? [] : [Self.emptyNote(empty, of: pages.count)]
    guard meaning.kind == .instances else { return notes + Self.strokeNote(whole, meaning) }
    let series = whole.filter { $0.region == nil }
    let stacks = Dictionary(grouping: series.filter { $0.pageInFile != nil }, by: \.file)
    let singles = areConsecutive ? series.filter { $0.pageInFile == nil } : []
    let drops = (stacks.values + [singles]).flatMap(Self.drops).sorted { $0.page.page < $1.page.page }
    return notes + (drops.isEmpty ? [] : [Self.dropNote(drops)])
  }

  /// A line where nothing tells what is no cell: the images that are learnt from, at these places, have cells and unknown
  /// pixels alone; of several classes none need be background.  Where instances touch, background is put between them; that is enough unless 0 is unknown.
  package func groundNote(
    learntFrom: [Int], partlyAnnotated: Set<Int> = [], unlabelledBorder: Int = 0
  ) -> String? {
    let chosen = learntFrom.map { pages[$0] }
    if meaning.kind == .classes,
      chosen.reduce(into: Set(), { $0.formUnion($1.labels.numbers) }).filter(meaning.isCell).count > 1
    {
      return nil
    }
    let hasInside = chosen.contains { min($0.image.height, $0.image.width) > 2 * unlabelledBorder }
    guard hasInside else {
      return
        "no pixel of the images to train on is known to be background, since data.unlabelled-border, \(unlabelledBorder), "
        + "reaches their middle: lower it"
    }
    guard meaning.kind == .membranes || !partlyAnnotated.isEmpty,
      !chosen.contains(where: {
        !partlyAnnotated.contains($0.page) && meaning.hasGround($0.labels)
      })
    else { return nil }
    let cause =
      !partlyAnnotated.isEmpty
      ? "0 is unknown in those under partly-annotated; leave one off that list that is annotated throughout"
      : "no label is \(meaning.kind == .membranes ? "a border" : "background")"
    return
      "no pixel of the images to train on is known to be background, so everything will be taken for cell: \(cause)"
  }

  private static func emptyNote(_ empty: [LabelledPage], of count: Int) -> String {
    let names = empty.map(\.place)
    guard empty.count > 1 else { return "\(names[0]): its labels have no cell; are they missing?" }
    return "\(empty.count) of \(count) images have labels with no cell: \(listed(names)); are they missing?"
  }

  /// The counts of the up to three frames on either side, ascending.
  private static func neighbours(of at: Int, in counts: [Int]) -> [Int] {
    (max(0, at - 3)..<min(counts.count, at + 4)).filter { $0 != at }.map { counts[$0] }.sorted()
  }

  /// Whether most frames have about as many cells as the one before: at most a quarter more or fewer.
  private static func areSteady(_ counts: [Int]) -> Bool {
    let steady = zip(counts, counts.dropFirst()).filter { 4 * abs($0 - $1) <= max($0, $1) }
    return 2 * steady.count > counts.count - 1
  }

  private struct Drop {
    let page: LabelledPage
    let around: Int
  }

  private static func drops(in series: [LabelledPage]) -> [Drop] {
    let counts = series.map(\.numberCount)
    guard areSteady(counts) else { return [] }
    return series.indices.compactMap { at in
      let near = neighbours(of: at, in: counts)
      guard counts[at] > 0, near.count >= 2, 2 * counts[at] < near[near.count / 2] else { return nil }
      return Drop(page: series[at], around: near[near.count / 2])
    }
  }

  private static func dropNote(_ drops: [Drop]) -> String {
    let pages = drops.map { String($0.page.page) }.joined(separator: ", ")
    let remedy = "if others are unlabelled, list \(pages) under partly-annotated"
    if drops.count == 1, let drop = drops.first {
      let cells = counted(drop.page.numberCount, "cell")
      return "\(drop.page.place) has \(cells), the frames around it about \(drop.around): \(remedy)"
    }
    let names = drops.map { drop in
      let frame = drop.page.pageInFile == nil ? "\(drop.page.page)" : Path.name(drop.page.place)
      return "\(frame) (\(drop.page.numberCount), around it \(drop.around))"
    }
    return
      "\(Path.folder(of: drops[0].page.file)): \(drops.count) frames have less than half of the cells of the frames "
      + "around them: \(listed(names)); \(remedy)"
  }
}
