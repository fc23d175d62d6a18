import UNetData
import UNetNumerics

/// How far foreground has to be moved to lie on the true one, where its place is most of what is wrong with it.
struct Shift: Sendable, CustomStringConvertible {
  private(set) var rows: Int, columns: Int
  /// The least objects, and part of a side, that show a shift: of one or two objects it is chance that others are like them.
  private static let (objects, part) = (3, 4)

  var description: String { "\(rows) rows and \(columns) columns" }

  /// Nil where `foreground` differs from the frame's truth little, or no less when it is moved.
  init?(of foreground: [Bool], from frame: ComparedFrame) {
    let pair = Pair(frame.truth.map { $0 > 0 }, foreground, frame.height, frame.width)
    let cells = pair.truth.count(where: \.self)
    let rarer = Double(min(cells, pair.truth.count - cells)) / Double(pair.truth.count)
    let here = pair.wrong(0, 0)
    guard 10 * here > rarer else { return nil }
    (rows, columns) = (pair.nearest(pair.rows), pair.nearest(pair.columns))
    var least = pair.wrong(rows, columns)
    while let next = pair.best(around: rows, columns), next.wrong < least {
      (rows, columns, least) = next
    }
    guard (rows, columns) != (0, 0), 2 * least < here, 4 * least < rarer, pair.objects >= Self.objects else {
      return nil
    }
  }

  /// True and proposed foreground of a page.
  private struct Pair {
    let truth: [Bool], found: [Bool]
    let height: Int, width: Int
    typealias Profiles = (truth: [Int], found: [Int])

    init(_ truth: [Bool], _ found: [Bool], _ height: Int, _ width: Int) {
      (self.truth, self.found, self.height, self.width) = (truth, found, height, width)
    }

    var objects: Int {
      connectedComponents(of: truth, height: height, width: width, connectivity: .four).count
    }

    /// The share of wrong pixels where both overlap, the proposal moved.
    func wrong(_ rows: Int, _ columns: Int) -> Double {
      let (ys, xs) = (
        max(0, rows)..<min(height, height + rows), max(0, columns)..<min(width, width + columns)
      )
      var wrong = 0
      for y in ys {
        for x in xs where truth[y * width + x] != found[(y - rows) * width + x - columns] { wrong += 1 }
      }
      return Double(wrong) / Double(max(1, ys.count * xs.count))
    }

    /// The best of the neighbours of a place.
    func best(around rows: Int, _ columns: Int) -> (rows: Int, columns: Int, wrong: Double)? {
      [(0, 1), (1, 0), (0, -1), (-1, 0)].map { (rows + $0.0, columns + $0.1) }
        .filter { abs($0.0) <= height / Shift.part && abs($0.1) <= width / Shift.part }
        .map { (rows: $0.0, columns: $0.1, wrong: wrong($0.0, $0.1)) }.min { $0.wrong < $1.wrong }
    }

    /// The true and the proposed pixels of each row, and of each column.
    var rows: Profiles { profiles(height) { $0 / width } }
    var columns: Profiles { profiles(width) { $0 % width } }

    private func profiles(_ count: Int, _ line: (Int) -> Int) -> Profiles {
      var profiles = (truth: [Int](repeating: 0, count: count), found: [Int](repeating: 0, count: count))
      for at in truth.indices {
        if truth[at] { profiles.truth[line(at)] += 1 }
        if found[at] { profiles.found[line(at)] += 1 }
      }
      return profiles
    }

    /// By how much the second profile is to be moved to be nearest to the first.
    func nearest(_ profiles: Profiles) -> Int {
      let (count, most) = (profiles.truth.count, profiles.truth.count / Shift.part)
      func distance(_ shift: Int) -> Double {
        let places = max(0, shift)..<min(count, count + shift)
        let sum = places.reduce(0) { sum, at in
          let difference = profiles.truth[at] - profiles.found[at - shift]
          return sum + difference * difference
        }
        return Double(sum) / Double(max(1, places.count))
      }
      return (-most...most).map { ($0, distance($0)) }.min { $0.1 < $1.1 }?.0 ?? 0
    }
  }
}
