import Foundation
import Testing
import UNetCPU
import UNetConfiguration
import UNetExperiments
import UNetReproduction
import UNetTestSupport

/// Studies: an experiment trained in several ways.
@Suite struct StudyTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      name: tiny
      data: {synthetic: {kind: membranes, count: 4, size: 64}}
      network: {levels: 2, width: 3, dropout: 0}
      augmentation: {rotation: false, elastic: none, grey: none}
      training: {tile: 60, steps: 12, rate: 0.01, momentum: 0.9}
      evaluation: {metrics: [vrand], every: 100}
      """, "tiny.yaml")
  }

  private static let head = "title: Tiny\nexperiment: tiny.yaml\nfigures: [vrand, pixel-error]\n"

  private func plan(_ text: String) throws -> ReproductionPlan {
    try folder.write(Self.head + text, "study.yaml")
    return try StudyFile(folder("study.yaml")).plan()
  }

  private func run(_ plan: ReproductionPlan, overwrite: Bool = false) throws -> [String] {
    let study = Reproduction(
      plan, root: DataRoot(experiment: ""), runs: folder("runs"), results: folder("results"),
      overwrite: overwrite)
    let files = try study.run(on: try CPUBackend())
    return try String(contentsOfFile: files[0], encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private static let questions = """
    folds: 2
    prediction: true
    questions:
      - question: Rate?
        answers: [{name: "0.01"}, {name: none to speak of, set: training.rate=1e-12}]
      - question: Averaged?
        answers: [{name: one}, {name: flips, set: prediction.flips=true}]
    """

  @Test func answersAreTrainedOnceOnEveryPartWithEverySeed() throws {
    let table = try run(plan(Self.questions))
    for row in ["| *Rate?* |", "| 0.01 |", "| none to speak of |", "| *Averaged?* |", "| one |", "| flips |"]
    {
      #expect(table.count { $0.hasPrefix(row) } == 1, "\(row)")
    }
    // Two answers on two parts with two seeds; ways to predict and the first answer again need no training.
    let runs = try FileManager.default.contentsOfDirectory(atPath: folder("runs/study"))
    #expect(runs.count == 8)
    #expect(table.count { $0.contains(", held out 1-of-2, seed 1 |") } == 2)
    #expect(table.contains { $0.hasPrefix("- prediction: threshold: ") && $0.contains("(vrand 0.") })
  }

  @Test func theFirstAnswerStandsUnlessAnotherIsBetterByMoreThanSeedsDiffer() throws {
    let text = Self.questions.replacingOccurrences(of: "1e-12", with: "0.0100001")
    #expect(try run(plan(text)).contains { $0.hasPrefix("- Rate?: 0.01 (vrand ") })
    let table = try run(
      plan(
        """
        folds: [{name: last, set: 'data.hold-out={pages: 3}'}]
        questions: [{question: Rate?, answers: [{name: slow, set: training.rate=1e-12}, {name: fast}]}]
        by: pixel-error
        """), overwrite: true)
    let means = try ["slow", "fast"].map { name in
      try #require(
        table.first { $0.hasPrefix("| \(name) |") }?.split(separator: " ").compactMap { Double($0) }.last)
    }
    let chosen = table.first { $0.hasPrefix("- Rate?: ") }
    let spread = try #require(chosen?.firstMatch(of: /differ by ([0-9.]+)/).flatMap { Double($0.1) })
    #expect(
      chosen?.hasPrefix("- Rate?: \(means[0] - means[1] > spread ? "fast" : "slow") (") == true, "\(table)")
  }

  @Test(arguments: [
    ("questions: []\nfold: 2", "unknown key 'fold'; did you mean 'folds'?"),
    ("folds: 2", "missing key 'questions'"),
    ("questions: [{question: a}]", "missing key 'answers'"),
    (
      "questions: [{question: a, answers: [{name: b, set: training.speed=1}]}]",
      "unknown key 'speed' in training"
    ),
    ("by: quality\nquestions: []", "a figure of these labels"),
  ])
  func mistakesAreNamed(text: String, says: String) {
    let error = #expect(throws: ConfigurationError.self) { try plan(text) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  @Test func anExperimentIsCrossValidated() throws {
    let plan = try ReproductionPlan.crossValidation(of: folder("tiny.yaml"), folds: 4)
    let table = try run(plan)
    #expect(table[0] == "# tiny, cross-validation")
    #expect(
      (1...4).allSatisfy { fold in table.contains { $0.hasPrefix("| tiny, held out \(fold)-of-4, seed 1 |") }
      })
  }
}
