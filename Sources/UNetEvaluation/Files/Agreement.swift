import UNetData
import UNetFiles
import UNetNumerics

/// What is wrong with predictions as a whole, beside the truth: some pages are inverted, moved, or have other numbers for
/// classes.
struct Agreement {
  private let kind: LabelKind
  /// Whether foreground may have been confused with background: not that of objects with a number each.
  private let mayBeInverted: Bool
  /// What was found of each page.
  private var pages: [Page] = []

  fileprivate struct Page: Sendable {
    var isInverted = false
    var shift: Shift?
    var classes = ClassPairs()
  }

  init(_ kind: LabelKind, _ prediction: PredictionKind) {
    self.kind = kind
    mayBeInverted = prediction == .mask || prediction == .probabilities
  }

  mutating func add(_ frames: [ComparedFrame]) {
    let (kind, mayBeInverted) = (kind, mayBeInverted)
    pages += concurrentMap(frames) { frame in
      let foreground = frame.probabilities.map { isForeground($0, above: 0.5) }
      var page = Page()
      if kind == .classes, let classes = frame.classes {
        page.classes = ClassPairs(frame.truth, classes)
      } else {
        page.isInverted = mayBeInverted && frame.isInverted(foreground)
      }
      page.shift = page.isInverted ? nil : Shift(of: foreground, from: frame)
      return page
    }
  }

  /// A line for each thing that is wrong; `names`: what each page is called, empty for an only one.
  func notes(_ prediction: String, _ names: [String]) -> [String] {
    func note(_ found: [String], _ what: String, _ question: String) -> [String] {
      guard !found.isEmpty else { return [] }
      let share = pages.count == 1 ? "" : ", in \(found.count) of \(pages.count) images"
      let places = found == [""] ? "" : " (\(listed(found)))"
      return ["\(prediction): \(what)\(share)\(places); \(question)"]
    }
    let all = zip(pages, names)
    return note(
      all.filter(\.0.isInverted).map(\.1), "is foreground where the truth has none, and the other way round",
      "is one of them inverted?")
      + note(
        all.compactMap { page, name in page.shift.map { "\(name)\(name.isEmpty ? "" : " ")by \($0)" } },
        "fits the truth far better when it is moved", "is it shifted?")
      + exchanged(prediction, note, names)
  }

  private func exchanged(
    _ prediction: String, _ note: ([String], String, String) -> [String], _ names: [String]
  ) -> [String] {
    let (what, question) = (
      "most pixels of some true classes have another number", "are its classes numbered otherwise?"
    )
    let whole = pages.reduce(into: ClassPairs()) { $0.add($1.classes) }.renumbered
    if !whole.isEmpty { return ["\(prediction): \(what) (\(text(whole))); \(question)"] }
    // Of few cells a network may confuse all: that is chance unless it is sure of these classes elsewhere.
    let others = pages.filter(\.classes.exchanged.isEmpty).reduce(into: ClassPairs()) { $0.add($1.classes) }
    let found = zip(pages, names).compactMap { page, name -> String? in
      let exchanged = page.classes.exchanged
      guard !exchanged.isEmpty, exchanged.keys.allSatisfy({ others.share(of: $0, as: $0) > 0.95 }) else {
        return nil
      }
      return "\(name): \(text(exchanged))"
    }
    return note(found, what, question)
  }

  private func text(_ renumbered: [Int: Int]) -> String {
    listed(renumbered.sorted { $0.key < $1.key }.map { "\($0.key) is \($0.value)" }, most: 4)
  }
}

extension ComparedFrame {
  /// Whether most pixels, of the true foreground and of the background, are not what they should be; of what is the same
  /// everywhere only one side is not.
  fileprivate func isInverted(_ foreground: [Bool]) -> Bool {
    var (ground, cell, wrongGround, wrongCell) = (0, 0, 0, 0)
    for (truth, isFound) in zip(truth, foreground) {
      if truth > 0 {
        cell += 1
        if !isFound { wrongCell += 1 }
      } else if truth == 0 {
        ground += 1
        if isFound { wrongGround += 1 }
      }
    }
    return 4 * (wrongGround + wrongCell) > 3 * (ground + cell) && 2 * wrongGround > ground
      && 2 * wrongCell > cell
  }
}

/// Pixels of each true class by the class that was predicted for them.
private struct ClassPairs: Sendable {
  private var counts: [Int: [Int: Int]] = [:]

  init() {}

  init(_ truth: [Int32], _ predicted: [Int32]) {
    let most = Int(LabelKind.unknownClass) + 1
    var pixels = [Int](repeating: 0, count: most * most)
    for (truth, predicted) in zip(truth, predicted) where truth >= 0 && predicted >= 0 {
      pixels[Int(truth) * most + Int(predicted)] += 1
    }
    for (at, count) in pixels.enumerated() where count > 0 {
      counts[at / most, default: [:]][at % most] = count
    }
  }

  mutating func add(_ other: Self) {
    counts.merge(other.counts) { $0.merging($1, uniquingKeysWith: +) }
  }

  /// The share of a true class's pixels that have this number.
  func share(of truth: Int, as predicted: Int) -> Double {
    let row = counts[truth] ?? [:]
    return Double(row[predicted] ?? 0) / Double(max(1, row.values.reduce(0, +)))
  }

  /// Classes of which most pixels have another number, each another one, with that; none where that is not so of all.
  var renumbered: [Int: Int] {
    let found = counts.compactMapValues { row in row.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key }
    let moved = found.filter { $0.key != $0.value }
    guard moved.allSatisfy({ share(of: $0.key, as: $0.value) > 0.75 }), Set(found.values).count == found.count
    else {
      return [:]
    }
    return moved
  }

  /// Those that have each other's numbers.
  var exchanged: [Int: Int] {
    let moved = renumbered
    return Set(moved.keys) == Set(moved.values) ? moved : [:]
  }
}
