import UNetData
import UNetImages
import UNetNumerics

/// On how many pixels truth and prediction agree, by each way to read them: to see that one of them is inverted or that
/// classes are exchanged.
struct Agreement {
  /// Pixels of true background and of true foreground, and those of each in which the prediction differs.
  fileprivate struct Foreground {
    var ground = 0, cell = 0, wrongGround = 0, wrongCell = 0
  }

  /// With all but 0 as the prediction's foreground, and with all above a half; the second where the true number is that of
  /// unknown pixels, if it turns out to be a class.
  private var mask = (Foreground(), Foreground()), half = (Foreground(), Foreground())
  /// Pixels of a true class and the predicted one, `[true * most + predicted]`.
  private var classes = [Int](repeating: 0, count: most * most)
  /// More classes than these no labels have.
  private static let most = Int(LabelKind.unknownClass)
  private let border: Border

  init(_ border: Border) { self.border = border }

  mutating func add(_ truth: LabelImage, _ prediction: PredictedPage) {
    let labels = prediction.labels?.numbers
    let foreground = prediction.foreground(prediction.certain)
    let predicted = labels ?? (prediction.planes.count > 2 ? prediction.mostProbable.map(UInt32.init) : nil)
    for (at, number) in truth.numbers.enumerated() {
      let isCell = border.isCell(number)
      let isHalf = isForeground(foreground[at], above: 0.5)
      if LabelKind.classes.isKnown(number) {
        if let labels { mask.0.add(labels[at] != 0, isCell) }
        half.0.add(isHalf, isCell)
      } else {
        if let labels { mask.1.add(labels[at] != 0, isCell) }
        half.1.add(isHalf, isCell)
      }
      if let predicted, number < Self.most, predicted[at] < Self.most {
        classes[Int(number) * Self.most + Int(predicted[at])] += 1
      }
    }
  }

  /// A line where the prediction, read as `kind`, of a truth of the kind `truth` has its foreground where the truth has none, and the other way round; one
  /// that is the same everywhere has not.
  func inverted(_ prediction: String, _ kind: PredictionKind, truth: LabelKind) -> [String] {
    guard kind == .mask || kind == .probabilities else { return [] }
    let (known, unknown) = kind == .mask ? mask : half
    let found = truth == .classes ? known : known + unknown
    let (wrong, all) = (found.wrongGround + found.wrongCell, found.ground + found.cell)
    guard 4 * wrong > 3 * all, 2 * found.wrongGround > found.ground, 2 * found.wrongCell > found.cell else {
      return []
    }
    return [
      "\(prediction): \(100 * wrong / all) % of its pixels are foreground where the truth has none, or the other way "
        + "round; is one of them inverted?"
    ]
  }

  /// A line where true classes have other numbers in the prediction: each another one, and most of its pixels that.
  func exchanged(_ prediction: String) -> [String] {
    let found = (0..<Self.most).compactMap { number -> (from: Int, to: Int, isMost: Bool)? in
      let row = classes[number * Self.most..<(number + 1) * Self.most]
      guard let most = row.max(), most > 0, let at = row.firstIndex(of: most) else { return nil }
      return (number, at - row.startIndex, 4 * most > 3 * row.reduce(0, +))
    }
    let moved = found.filter { $0.from != $0.to }
    guard !moved.isEmpty, moved.allSatisfy(\.isMost), Set(found.map(\.to)).count == found.count else {
      return []
    }
    let names = moved.map { "\($0.from) is \($0.to)" }
    return [
      "\(prediction): most pixels of some true classes have another number (\(listed(names, most: 4))); are its classes "
        + "numbered otherwise?"
    ]
  }
}

extension Agreement.Foreground {
  fileprivate static func + (a: Self, b: Self) -> Self {
    Self(
      ground: a.ground + b.ground, cell: a.cell + b.cell, wrongGround: a.wrongGround + b.wrongGround,
      wrongCell: a.wrongCell + b.wrongCell)
  }

  fileprivate mutating func add(_ isPredicted: Bool, _ isTrue: Bool) {
    if isTrue {
      cell += 1
      if !isPredicted { wrongCell += 1 }
    } else {
      ground += 1
      if isPredicted { wrongGround += 1 }
    }
  }
}
