import UNetImages
import UNetNumerics

extension Dataset {
  /// A line where labels of classes are strokes of a brush on all pages that have any, as ilastik has them, between which
  /// nothing is known.
  static func strokeNote(_ pages: [LabelledPage], _ meaning: Meaning) -> [String] {
    let labelled = pages.filter { meaning.hasCell($0.labels) }
    guard meaning.kind == .classes, let first = labelled.first,
      concurrentMap(labelled, \.hasStrokes).allSatisfy(\.self)
    else { return [] }
    let others = labelled.count > 1 ? " and \(labelled.count - 1) more" : ""
    return [
      "\(first.labelFile)\(others): most pixels are 0, and other numbers are thin strokes; if 0 means not "
        + "labelled, as in ilastik's labels, list all pages under data.partly-annotated"
    ]
  }
}

extension LabelledPage {
  /// Whether four fifths of the labels are 0, and the rest of two numbers or more, thin (no square of eight pixels a side),
  /// and one of them where the mean of the image is within half a deviation of that under 0.
  fileprivate var hasStrokes: Bool {
    let (numbers, width) = (labels.numbers, labels.width)
    guard numberCount > 1, 5 * numbers.count(where: { $0 == 0 }) >= 4 * numbers.count else { return false }
    func number(_ at: Int, _ down: Int, _ right: Int) -> UInt32 {
      let isWithin = at % width + right < width && at + down * width < numbers.count
      return isWithin ? numbers[at + down * width + right] : 0
    }
    let isLarge = numbers.indices.contains { at in
      numbers[at] != 0 && [(0, 7), (7, 0), (7, 7)].allSatisfy { number(at, $0, $1) == numbers[at] }
    }
    var sums: [UInt32: (count: Float, sum: Float, squares: Float)] = [:]
    for (at, number) in numbers.enumerated() {
      let (value, old) = (image.pixels[at * image.channels], sums[number] ?? (0, 0, 0))
      sums[number] = (old.count + 1, old.sum + value, old.squares + value * value)
    }
    guard !isLarge, let ground = sums.removeValue(forKey: 0) else { return false }
    let mean = ground.sum / ground.count
    let deviation = max(0, ground.squares / ground.count - mean * mean).squareRoot()
    return sums.values.contains { abs($0.sum / $0.count - mean) < deviation / 2 }
  }
}
