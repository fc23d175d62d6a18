import Foundation
import Testing
import UNetData
import UNetEvaluation
import UNetTestSupport

/// Figures of objects and of classes by their definitions; Tests/FixtureScripts/object_figures.py computed them.
private struct ObjectsFixture: Decodable {
  struct Frame: Decodable {
    let width: Int
    let truth, proposal: [Int32]
  }
  struct Entry: Decodable {
    let frames: [Frame]
    let figures: [String: Double?]
  }
  let objects, classes: [Entry]

  init() throws {
    self = try JSONDecoder().decode(
      ObjectsFixture.self, from: Data(PackageFiles.text("Tests/Golden/objects.json").utf8))
  }
}

@Suite("Figures of objects and classes against SciPy, pair by pair and mask by mask")
struct ObjectFiguresTests {
  private let fixture: ObjectsFixture

  init() throws { fixture = try ObjectsFixture() }

  private func expect(_ figures: [String: Double?], of evaluation: Evaluation, _ name: String) throws {
    for (figure, value) in figures {
      let found = evaluation[figure]
      #expect((found == nil) == (value == nil), "\(name): \(figure)")
      #expect(abs((found ?? 0) - (value ?? 0)) < 1e-12, "\(name): \(figure)")
    }
    #expect(evaluation.rows.count + evaluation.undefined.count == figures.count, "\(name)")
  }

  private func objects(_ frames: [ObjectsFixture.Frame]) throws -> Evaluation {
    var evaluator = Evaluator(
      [.averagePrecision, .aggregatedJaccard, .panopticQuality], kind: .instances)
    for frame in frames {
      evaluator.add(
        try ComparedFrame(
          width: frame.width, height: frame.truth.count / frame.width, truth: frame.truth,
          instances: frame.proposal))
    }
    return evaluator.evaluation
  }

  @Test("average precision, aggregated Jaccard index and panoptic quality of a picture")
  func ofAPicture() throws {
    #expect(fixture.objects.count == 19)
    for (at, entry) in fixture.objects.dropLast().enumerated() {
      try expect(entry.figures, of: objects(entry.frames), "pair \(at)")
    }
  }

  @Test("over the objects of all pictures, and as a mean over pictures")
  func ofAll() throws {
    let all = try #require(fixture.objects.last)
    try expect(all.figures, of: objects(fixture.objects.flatMap(\.frames)), "all")
  }

  @Test("wrong pixels, intersection over union and Dice's coefficient of each class")
  func classes() throws {
    #expect(fixture.classes.count == 4)
    for (at, entry) in fixture.classes.enumerated() {
      var evaluator = Evaluator([.wrongPixels, .dice], kind: .classes)
      for frame in entry.frames {
        evaluator.add(
          try ComparedFrame(
            width: frame.width, height: frame.truth.count / frame.width, truth: frame.truth,
            probabilities: frame.proposal.map { $0 > 0 ? 1 : 0 }, classes: frame.proposal))
      }
      try expect(entry.figures, of: evaluator.evaluation, "classes \(at)")
    }
  }
}
