extension Metric {
  /// The overlap of each class with the truth, over the pixels of all frames, as two shares.
  ///
  /// With A the pixels of a class in the truth and B those in the proposal: intersection over union |A ∩ B| / |A ∪ B|
  /// (P. Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11, 1912), and Dice's coefficient
  /// 2 |A ∩ B| / (|A| + |B|) (L. R. Dice, "Measures of the amount of ecologic association between species", Ecology 26,
  /// 1945).  Unknown pixels are not counted.  A class that occurs in neither has no figure; the means are over the
  /// classes that have one, without class 0, the background.  Membranes and instances have one class, their foreground.
  public static let dice = Metric(
    rawValue: "dice",
    summary: "intersection over union and Dice's coefficient of each class but 0, and their means",
    figuresOfClass: { [.iou(ofClass: $0), .dice(ofClass: $0)] }, figures: [.meanIoU, .meanDice],
    needs: [ClassOverlaps.self], knowsClasses: true
  ) { frames, result in
    let overlaps = frames.classOverlaps
    for (number, overlap) in overlaps { result[.dice(ofClass: number)] = overlap.dice }
    result[.meanDice] = mean(overlaps.map(\.overlap.dice))
    ClassIoU.evaluate(overlaps, &result)
  }
}

/// The intersection over union of each class, without Dice's coefficient: what `iou` gives of labels of classes.
enum ClassIoU {
  static let metric = Metric(
    rawValue: "iou", summary: "", figuresOfClass: { [.iou(ofClass: $0)] }, figures: [.meanIoU],
    needs: [ClassOverlaps.self], knowsClasses: true
  ) { frames, result in evaluate(frames.classOverlaps, &result) }

  fileprivate static func evaluate(
    _ overlaps: [(number: Int, overlap: ClassOverlap)], _ result: inout Evaluation
  ) {
    for (number, overlap) in overlaps { result[.iou(ofClass: number)] = overlap.intersectionOverUnion }
    result[.meanIoU] = mean(overlaps.map(\.overlap.intersectionOverUnion))
  }
}

extension FrameSelection {
  /// How the pixels of each class but 0 that occurs agree, over all frames.
  fileprivate var classOverlaps: [(number: Int, overlap: ClassOverlap)] {
    var overlaps: [Int32: ClassOverlap] = [:]
    for frame in self[ClassOverlaps.self] { overlaps.merge(frame, uniquingKeysWith: +) }
    return overlaps.filter { $0.key > 0 }.sorted { $0.key < $1.key }.map { (Int($0.key), $0.value) }
  }
}

extension Figure {
  package static func iou(ofClass number: Int) -> Figure {
    Figure(name: "iou-\(number)", meaning: "intersection over union of class \(number)", better: .higher)
  }
  package static func dice(ofClass number: Int) -> Figure {
    Figure(name: "dice-\(number)", meaning: "Dice's coefficient of class \(number)", better: .higher)
  }
  package static let meanIoU = Figure(
    name: "mean-iou", meaning: "mean of the classes' intersection over union", better: .higher)
  package static let meanDice = Figure(
    name: "mean-dice", meaning: "mean of the classes' Dice coefficients", better: .higher)
}

/// How the pixels of a class agree.
package struct ClassOverlap: Equatable, Sendable {
  package var truth = 0, proposal = 0, both = 0

  var intersectionOverUnion: Double { Double(both) / Double(truth + proposal - both) }
  var dice: Double { 2 * Double(both) / Double(truth + proposal) }

  static func + (a: Self, b: Self) -> Self {
    Self(truth: a.truth + b.truth, proposal: a.proposal + b.proposal, both: a.both + b.both)
  }
}

/// The pixels of each class that occurs in a frame.
package enum ClassOverlaps: FrameMeasurement {
  package static func counts(of frame: MeasuredFrame) -> [Int32: ClassOverlap] {
    var overlaps: [Int32: ClassOverlap] = [:]
    for (truth, proposal) in zip(frame.trueClasses, frame.proposedClasses) where truth >= 0 {
      overlaps[truth, default: ClassOverlap()].truth += 1
      if proposal >= 0 { overlaps[proposal, default: ClassOverlap()].proposal += 1 }
      if truth == proposal { overlaps[truth, default: ClassOverlap()].both += 1 }
    }
    return overlaps
  }
}
