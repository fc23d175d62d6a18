import Foundation
import Testing
import UNetEvaluation

@Suite("The EM challenge's metrics")
struct ChallengeMetricsTests {
  private static let topological: [Metric] = [.rand, .warping, .vrand, .vinfo]

  /// A picture in rows: # white in both, . black in both, + white in the proposal alone, - in the truth alone,
  /// ? unknown and white in the proposal.
  private func frame(_ rows: String...) throws -> ComparedFrame {
    let pixels = Array(rows.joined())
    return try ComparedFrame(
      width: rows[0].count, height: rows.count,
      truth: pixels.map { $0 == "?" ? -1 : $0 == "#" || $0 == "-" ? 1 : 0 },
      probabilities: pixels.map { $0 == "#" || $0 == "+" || $0 == "?" ? 0.95 : 0 })
  }

  private func evaluator(_ frames: [ComparedFrame], _ metrics: [Metric] = topological) -> Evaluator {
    var evaluator = Evaluator(metrics, kind: .membranes)
    evaluator.add(frames)
    return evaluator
  }

  /// A stack of blocks with borders of two pixels and a proposal that is unsure of them.
  private func noisyStack(_ count: Int) throws -> [ComparedFrame] {
    var state: UInt32 = 1
    func random() -> Float {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24)
    }
    return try (0..<count).map { _ in
      let truth = (0..<40 * 50).map { Int32($0 / 50 % 13 > 1 && $0 % 50 % 17 > 1 ? 1 : 0) }
      return try ComparedFrame(
        width: 50, height: 40, truth: truth, probabilities: truth.map { 0.4 * Float($0) + 0.6 * random() })
    }
  }

  @Test("a perfect proposal has no error and full scores")
  func perfect() throws {
    let figures = evaluator([try frame("##.##", "##.##", ".....", "#####")]).evaluation
    for figure in [Figure.vrand, .vinfo] { #expect(figures[figure] == 1) }
    for figure in [Figure.randError, .warpingError, .warpingClassic, .splits, .mergers] {
      #expect(figures[figure] == 0)
    }
    #expect(figures[.vrandThreshold] == 0)
  }

  @Test("a proposal that joins two regions lowers precision, one that parts a region recall")
  func joinsAndParts() throws {
    let joined = evaluator([try frame("##+##", "##.##")]).frames[0]
    #expect(joined[PlainRegions.self][5].rand.pairs == 64)
    // Two regions of 4: 32 pairs joined in the truth, all 64 in the proposal.
    #expect(
      joined[PlainRegions.self][5].rand.precision == 0.5 && joined[PlainRegions.self][5].rand.recall == 1)
    #expect(joined[PlainRegions.self][5].information.mutual == 0)
    #expect(joined[WarpedTruth.self][5].mergers == 1 && joined[WarpedTruth.self][5].splits == 0)
    let parted = evaluator([try frame("##-##", "##-##")]).frames[0]
    #expect(parted[PlainRegions.self][5].rand.precision == 1)
    // Of 100 pairs, 16 + 16 stay joined, and each of the two black pixels with itself.
    #expect(parted[PlainRegions.self][5].rand.recall == 0.34)
    #expect(parted[WarpedTruth.self][5].splits > 0 && parted[WarpedTruth.self][5].mergers == 0)
  }

  @Test("thinning gives borders to their regions, so that a border too broad costs V_rand nothing")
  func thinning() throws {
    let evaluator = evaluator([try frame("##-.-##", "##-.-##")])
    #expect(evaluator.frames[0][PlainRegions.self][5].rand.recall < 1)
    #expect(evaluator.evaluation[.vrand] == 1)
    #expect(evaluator.evaluation[.warpingClassic] == 0)
  }

  @Test("a proposal all black is one region once thinned, and only single pixels before")
  func black() throws {
    let statistics = evaluator([try frame("--.--")]).frames[0]
    #expect(
      statistics[PlainRegions.self][5].rand.recall == 0.5
        && statistics[PlainRegions.self][5].rand.precision == 1)
    #expect(
      statistics[ThinnedRegions.self][5].rand.recall == 1
        && statistics[ThinnedRegions.self][5].rand.precision == 0.5)
  }

  @Test("holes and objects that one has alone are in the classic warping error and not in the leaderboard's")
  func holes() throws {
    let errors = evaluator([try frame("#####.+", "##-##..", "#####..")]).frames[0][WarpedTruth.self][5]
    #expect(errors.differing == 2)
    #expect(errors.splits + errors.mergers == 0)
    #expect(errors.classic == 2 / 21.0)
  }

  @Test("unknown pixels cost nothing")
  func unknown() throws {
    let figures = evaluator([try frame("##?##", "##?##")], Metric.allCases).evaluation
    #expect(figures[.warpingError] == 0 && figures[.warpingClassic] == 0)
    #expect(figures[.pixelError] == 0 && figures[.iou] == 1)
    let statistics = evaluator([try frame("##?##", "##?##")]).frames[0]
    #expect(statistics[WarpedTruth.self][5].pixels == 8)
    // They are no foreground, but the proposal's regions run on through them.
    #expect(
      statistics[PlainRegions.self][5].rand.pairs == 64
        && statistics[PlainRegions.self][5].rand.precision == 0.5)
  }

  @Test("a slice without foreground is left out of the means over slices")
  func empty() throws {
    let some = try frame("##+##", "##.##")
    let with = evaluator([some, try frame(".+...", ".....")]).evaluation
    let without = evaluator([some]).evaluation
    for figure in [Figure.vrand, .vinfo, .randError] { #expect(with[figure] == without[figure]) }
  }

  @Test("frames added one by one or at once have the same counts")
  func oneByOne() throws {
    let stack = try noisyStack(4)
    let atOnce = evaluator(stack, Metric.allCases)
    var oneByOne = Evaluator(Metric.allCases, kind: .membranes)
    for frame in stack { oneByOne.add(frame) }
    #expect(atOnce.frames == oneByOne.frames)
    for frame in atOnce.frames {
      #expect(
        frame[PlainRegions.self].count == 11 && frame[ThinnedRegions.self].count == 11
          && frame[WarpedTruth.self].count == 11)
    }
    #expect(atOnce.evaluation == oneByOne.evaluation)
  }

  @Test("a selection of frames has the figures of those frames, each as often as it is named")
  func selection() throws {
    let stack = try noisyStack(3)
    let all = evaluator(stack, Metric.allCases)
    let again = evaluator([stack[2], stack[0], stack[2]], Metric.allCases)
    #expect(all.evaluation(of: [2, 0, 2]) == again.evaluation)
    #expect(all.table(of: [2, 0, 2]) == again.table)
    #expect(all.evaluation(of: [0]) != all.evaluation(of: [1]))
    #expect(all.evaluation(of: 0..<3) == all.evaluation)
  }

  @Test("the table of thresholds as CSV has a row a threshold and only the columns asked for")
  func csv() throws {
    let lines = evaluator(try noisyStack(1), [.warping]).table.csv.split(separator: "\n")
    #expect(lines.count == 12)
    #expect(lines[0] == "threshold,warping-error,warping-classic,splits,mergers")
    #expect(lines[4].hasPrefix("0.30000000000000004,"))
  }
}
