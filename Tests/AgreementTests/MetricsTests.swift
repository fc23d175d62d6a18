import Foundation
import Testing
import UNetData
import UNetEvaluation

/// Figures by independent definitions; Tests/FixtureScripts/make_metrics_fixture.py made them and says how.
private struct MetricsFixture: Decodable {
  struct Whole: Decodable {
    let height, width: Int
    let truth, proposal: [Int32]
    let error, precision, recall, variation: Double
  }
  struct Agreement: Decodable { let tp, fp, fn: Int, info, variation: Double }
  struct Warping: Decodable { let left, splits, mergers: Int }
  struct Row: Decodable { let plain, thinned: Agreement, warping: Warping }
  struct Stack: Decodable {
    let height, width: Int
    let truth: [Int32]
    let grey: [Float]
    let rows: [Row]
  }
  struct Objects: Decodable {
    let height, width: Int
    let truth, proposal: [Int32]
    let jaccard: [Double]
  }
  struct Weights: Decodable {
    let height, width: Int
    let ids: [Int32]
    let w0, sigma: Double
    let weights: [Double]
  }
  let whole: [Whole]
  let stacks: [Stack]
  let objects: [Objects]
  let weights: [Weights]

  init() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/metrics.json")
    self = try JSONDecoder().decode(MetricsFixture.self, from: Data(contentsOf: path))
  }
}

@Suite("Metrics and weight map against independent definitions")
struct MetricsTests {
  private let fixture: MetricsFixture

  init() throws { fixture = try MetricsFixture() }

  /// scikit-image leaves out the pairs of a pixel with itself, n of them, and calls precision the share of the
  /// truth's pairs, which is recall here and in the challenge's paper.
  @Test("scikit-image's adapted Rand error and variation of information, where all is foreground")
  func scikitImage() throws {
    #expect(fixture.whole.count == 3)
    for x in fixture.whole {
      let rand = try statistics(x, [.rand])[PlainRegions.self][0].rand
      var others = rand
      others.bothJoined -= x.truth.count
      #expect(rand.pairs == x.truth.count * x.truth.count)
      #expect(abs(others.precision - x.recall) < 1e-12)
      #expect(abs(others.recall - x.precision) < 1e-12)
      #expect(abs(1 - others.fScore - x.error) < 1e-12)
      let information = try statistics(x, [.vinfo])[PlainRegions.self][0].information
      #expect(abs(information.variation - x.variation) < 1e-12)
    }
  }

  private func statistics(_ x: MetricsFixture.Whole, _ metrics: [Metric]) throws -> FrameStatistics {
    var evaluator = Evaluator(metrics, kind: .instances)
    evaluator.add(
      try ComparedFrame(
        width: x.width, height: x.height, truth: x.truth,
        probabilities: [Float](repeating: 1, count: x.truth.count), instances: x.proposal))
    return evaluator.frames[0]
  }

  @Test("pairs counted one by one, information pixel by pixel, with and without a plain thinning")
  func partitions() throws {
    #expect(fixture.stacks.count == 3)
    for stack in fixture.stacks {
      let found = try statistics(stack)
      try #require(
        found[PlainRegions.self].count == stack.rows.count && found[ThinnedRegions.self].count == 11)
      for (at, row) in stack.rows.enumerated() {
        expect(found[PlainRegions.self][at], row.plain)
        expect(found[ThinnedRegions.self][at], row.thinned)
      }
    }
  }

  @Test("warping by a plain test of simple pixels: pixels left, splits, mergers")
  func warping() throws {
    for stack in fixture.stacks {
      let found = try statistics(stack)[WarpedTruth.self]
      try #require(found.count == stack.rows.count)
      for (errors, row) in zip(found, stack.rows) {
        #expect(errors.differing == row.warping.left)
        #expect(errors.splits == row.warping.splits && errors.mergers == row.warping.mergers)
        #expect(errors.pixels == stack.height * stack.width)
      }
    }
  }

  private func statistics(_ x: MetricsFixture.Stack) throws -> FrameStatistics {
    var evaluator = Evaluator([.rand, .vrand, .vinfo, .warping], kind: .membranes)
    evaluator.add(
      try ComparedFrame(
        width: x.width, height: x.height, truth: x.truth, probabilities: x.grey.map { $0 / 255 }))
    return evaluator.frames[0]
  }

  private func expect(_ found: PartitionAgreement, _ expected: MetricsFixture.Agreement) {
    #expect(found.rand.bothJoined == expected.tp)
    #expect(found.rand.proposalJoined == expected.fp)
    #expect(found.rand.truthJoined == expected.fn)
    #expect(abs(found.information.fScore - expected.info) < 1e-12)
    #expect(abs(found.information.variation - expected.variation) < 1e-12)
  }

  @Test("the Jaccard index of every true object, mask by mask")
  func objects() throws {
    #expect(fixture.objects.count == 3)
    for x in fixture.objects {
      let found = jaccardIndices(truth: x.truth, proposal: x.proposal)
      try #require(found.count == x.jaccard.count)
      #expect(zip(found, x.jaccard).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }

  @Test("the weight map by SciPy's distances to each cell, within 1e-5")
  func weightMaps() throws {
    #expect(fixture.weights.count == 2)
    for x in fixture.weights {
      let page = Annotation(
        height: x.height, width: x.width, classes: x.ids.map { $0 == 0 ? 0 : 1 }, instances: x.ids)
      let found = weightMap(page, WeightMapOptions(w0: x.w0, sigma: x.sigma))
      try #require(found.count == x.weights.count)
      #expect(zip(found, x.weights).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    }
  }
}
