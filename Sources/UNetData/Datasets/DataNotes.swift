import UNetFiles
import UNetImages

// What is odd about data that can be learnt from all the same: a line for each kind of oddity, to be said before a training
// starts.
extension Dataset {
  /// What is odd about the images, normalised so.
  package func imageNotes(_ normalisation: Normalisation) -> [String] {
    UNetData.imageNotes(pages, normalisation)
  }

  /// What is odd about labels beside those of the frames around them.
  ///
  /// - Frames without any cell, among others that have some.
  /// - Instances of a series, in which the number of cells changes little from frame to frame: frames with less than half
  ///   of the cells that the six frames nearest to it have (their median), not known to be annotated in part.  Cells divide
  ///   and leave, but slowly; a sudden drop is most likely a frame in which some cells were annotated, and then the others
  ///   would be learnt as background.
  package static func oddities(_ frames: [Frame], kind: LabelKind, isSeries: Bool = true) -> [String] {
    let whole = frames.filter { !$0.annotation.classes.contains(-1) }
    let empty = whole.filter { !$0.annotation.hasCell }
    let notes = empty.isEmpty ? [] : [emptyNote(empty, of: frames.count)]
    guard kind == .instances, isSeries else { return notes }
    let counts = whole.map { Set(($0.annotation.instances ?? []).filter { $0 != 0 }).count }
    guard areSteady(counts) else { return notes }
    let drops = whole.indices.compactMap { at -> Drop? in
      let near = neighbours(of: at, in: counts)
      guard counts[at] > 0, near.count >= 2, 2 * counts[at] < near[near.count / 2] else { return nil }
      return Drop(frame: whole[at], cells: counts[at], around: near[near.count / 2])
    }
    return notes + (drops.isEmpty ? [] : [dropNote(drops)])
  }

  private static func emptyNote(_ empty: [Frame], of count: Int) -> String {
    let names = empty.map { "\($0.file) page \($0.page)" }
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
    let frame: Frame
    let cells: Int, around: Int
  }

  private static func dropNote(_ drops: [Drop]) -> String {
    let pages = drops.map { String($0.frame.page) }.joined(separator: ", ")
    let remedy = "if others are unlabelled, list \(pages) under partly-annotated"
    if drops.count == 1, let drop = drops.first {
      let cells = "\(drop.cells) \(drop.cells == 1 ? "cell" : "cells")"
      return "\(drop.frame.file) has \(cells), the frames around it about \(drop.around): \(remedy)"
    }
    let names = drops.map { "\($0.frame.page) (\($0.cells), around it \($0.around))" }
    return
      "\(Path.folder(of: drops[0].frame.file)): \(drops.count) frames have less than half of the cells of the frames "
      + "around them: \(listed(names)); \(remedy)"
  }
}
