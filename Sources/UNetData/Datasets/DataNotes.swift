import UNetFiles
import UNetImages

// What is odd about data that can be learnt from all the same: lines to be said before a training starts.
extension Dataset {
  /// A line where some of `images` have no labels in `labels`, and so are left out; nil where all have.
  package static func unlabelled(images: String, labels: String) throws -> String? {
    let pairs = try pairedFiles(images: images, labels: labels)
    let files = try imagesAndLabels(images: images, labels: labels).images
    guard pairs.allSatisfy(\.isSequence), pairs.count < files.count else { return nil }
    let labelled = Set(pairs.map(\.images))
    let missing = files.filter { !labelled.contains($0) }.map(Path.name)
    let names = missing.prefix(3).joined(separator: ", ") + (missing.count > 3 ? ", ..." : "")
    return "\(images): \(missing.count) of \(files.count) images have no labels and are left out: \(names)"
  }

  /// A line for each frame whose labels are odd beside those of its neighbours.
  ///
  /// - A frame without any cell, among others that have some.
  /// - Instances: a frame with less than half of the cells that the six frames nearest to it have (their median), not
  ///   known to be annotated in part.  Cells divide and leave, but slowly; a sudden drop is most likely a frame in
  ///   which some cells were annotated, and then the others would be learnt as background.
  package static func oddities(_ frames: [Frame], kind: LabelKind) -> [String] {
    let whole = frames.filter { !$0.annotation.classes.contains(-1) }
    let counts = whole.map { Set(($0.annotation.instances ?? []).filter { $0 != 0 }).count }
    return whole.indices.compactMap { at in
      let frame = whole[at]
      guard frame.annotation.hasCell else {
        return "\(frame.file) page \(frame.page): its labels have no cell; are they missing?"
      }
      let near = neighbours(of: at, in: counts)
      guard kind == .instances, near.count >= 2, 2 * counts[at] < near[near.count / 2] else { return nil }
      return
        "\(frame.file) has \(counts[at]) \(counts[at] == 1 ? "cell" : "cells"), the frames around it about "
        + "\(near[near.count / 2]): if others are unlabelled, list \(frame.page) under partly-annotated"
    }
  }

  /// The counts of the up to three frames on either side, ascending.
  private static func neighbours(of at: Int, in counts: [Int]) -> [Int] {
    (max(0, at - 3)..<min(counts.count, at + 4)).filter { $0 != at }.map { counts[$0] }.sorted()
  }
}
