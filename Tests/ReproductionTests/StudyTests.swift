import Foundation
import Testing
import UNetCPU
import UNetConfiguration
import UNetExperiments
import UNetImages
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

  private static let head = "title: Tiny\nexperiment: tiny.yaml\n"

  private func plan(_ text: String) throws -> ReproductionPlan {
    let figures = text.contains("figures: ") ? "" : "figures: [vrand, pixel-error]\n"
    try folder.write(Self.head + figures + text, "study.yaml")
    return try StudyFile(folder("study.yaml")).plan()
  }

  private func run(_ plan: ReproductionPlan, overwrite: Bool = false) throws -> [String] {
    let study = Reproduction(
      plan, root: DataRoot(nil, folder(""), experiment: ""), runs: folder("runs"), results: folder("results"),
      overwrite: overwrite)
    let files = try Reproduction.run([study], on: try CPUBackend())[0].files
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
    #expect(table.count { $0.contains(", held out 1-of-2, seed 1 |") } == 4)
    #expect(table.contains { $0.hasPrefix("- prediction: {threshold: ") && $0.contains("(vrand 0.") })
  }

  @Test func theFirstAnswerStandsUnlessAnotherIsBetterByMoreThanSeedsDiffer() throws {
    let text = Self.questions.replacingOccurrences(of: "1e-12", with: "0.0100001")
    #expect(
      try run(plan(text)).contains {
        $0.hasPrefix(
          "- Rate?: 0.01 (no other is clearly better; vrand, each with the prediction options that are best for it: 0.01 "
        )
      })
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
    ("questions: []", "questions has nothing in it"), ("folds: []\nquestions: []", "folds has nothing in it"),
    ("questions: [{question: a, answers: []}]", "answers has nothing in it"),
    ("questions: [{question: a, answers: [{name: b}, {name: b}]}]", "is 'b' a second time"),
    ("folds: [{name: a}, {name: a}]\nquestions: []", "is 'a' a second time"),
    ("folds: [{name: a/b}]\nquestions: []", "no '/' among them"),
  ])
  func mistakesAreNamed(text: String, says: String) {
    let error = #expect(throws: ConfigurationError.self) { try plan(text) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    ("", "holds out no image to be judged by: give data.hold-out, or folds in a study"),
    ("folds: [{name: last, set: 'data.hold-out={pages: [3, 7]}'}]", "names page 7"),
  ])
  func imagesThatCannotBeDividedAreNamedBeforeTheFirstTraining(folds: String, says: String) throws {
    let error = #expect(throws: ConfigurationError.self) {
      try run(plan("\(folds)\nquestions: [{question: a, answers: [{name: b}]}]"))
    }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    #expect(!FileManager.default.fileExists(atPath: folder("runs")))
  }

  /// Nothing but the threshold differs, and each answer is judged by its own, but chosen with the best of all.
  @Test func answersMaySetTheThresholdAndAreComparedWithTheBestPredictionOfEach() throws {
    let table = try run(plan(Self.cells + Self.thresholds(["0.02", "0.98"]) + "\nprediction: true"))
    let figures = ["0.02", "0.98"].map { self.figures(of: $0, in: table) }
    #expect(figures[0] != figures[1] && figures.allSatisfy { $0.count == 2 }, "\(table)")
    let reason = try #require(
      table.first {
        $0.hasPrefix(
          "- Threshold?: 0.02 (no other is clearly better; seg, each with the prediction options that are best"
        )
      })
    let means = reason.matches(of: /0\.[09][28] ([0-9.]+)[;,]/).map(\.1)
    #expect(means.count == 2 && means[0] == means[1], "\(reason)")
  }

  private static let cells = """
    set: 'data.synthetic={kind: cells, count: 4, size: 64}'
    figures: [seg, iou]

    """

  private static func thresholds(_ values: [String]) -> String {
    let answers = values.map { "{name: '\($0)', set: prediction.threshold=\($0)}" }
    return "folds: 2\nquestions: [{question: Threshold?, answers: [\(answers.joined(separator: ", "))]}]"
  }

  /// The means in a row of a table.
  private func figures(of name: String, in table: [String]) -> [Double] {
    let row = table.first { $0.hasPrefix("| \(name) |") } ?? ""
    return row.split(separator: "|").dropFirst().compactMap { Double($0.split(separator: " ").first ?? "") }
  }

  @Test func thatPredictionsAreKeptIsToldByWhatTheyAreNotByTheirPlace() throws {
    let answers = ["{name: one}", "{name: flips, set: prediction.flips=true}"]
    func run(_ answers: [String]) throws -> [String] {
      try self.run(
        plan("folds: 2\nquestions: [{question: Q, answers: [\(answers.joined(separator: ", "))]}]"),
        overwrite: true)
    }
    let table = try run(answers)
    let expected = ["one", "flips"].map { figures(of: $0, in: table) }
    #expect(expected[0] != expected[1])
    let models = try self.models()
    let turned = try run(answers.reversed())
    #expect(["one", "flips"].map { figures(of: $0, in: turned) } == expected)
    // Another way to predict under an old name is predicted anew, and nothing is trained again.
    let renamed = try run(["{name: one, set: prediction.flips=true}"])
    #expect(figures(of: "one", in: renamed) == expected[1])
    #expect(try self.models() == models)
  }

  /// The models of all trainings, and when they were written.
  private func models() throws -> [String: Date] {
    let manager = FileManager.default
    let folders = try manager.contentsOfDirectory(atPath: folder("runs/study"))
    return try Dictionary(
      uniqueKeysWithValues: folders.map { name in
        let path = folder("runs/study/\(name)/model.safetensors")
        return (name, try manager.attributesOfItem(atPath: path)[.modificationDate] as? Date ?? .distantPast)
      })
  }

  @Test func eachFoldIsJudgedAtItsOwnThreshold() throws {
    let folds =
      "folds: [{name: a, set: ['data.hold-out={pages: 0-1}', prediction.threshold=0.3]}, "
      + "{name: b, set: ['data.hold-out={pages: 2-3}', prediction.threshold=0.6]}]\n"
    let table = try run(
      plan(Self.cells + folds + "seeds: 1\nquestions: [{question: Q, answers: [{name: x}]}]"))
    // Each fold alone, at its threshold.
    for (name, pages, threshold) in [("a", "0-1", "0.3"), ("b", "2-3", "0.6")] {
      let alone = try run(
        plan(
          Self.cells
            + "folds: [{name: \(name), set: ['data.hold-out={pages: \(pages)}', prediction.threshold=\(threshold)]}]\n"
            + "seeds: 1\nquestions: [{question: Q, answers: [{name: x}]}]"), overwrite: true)
      let row = try #require(table.first { $0.hasPrefix("| Q x, held out \(name), seed 1 |") })
      #expect(alone.contains(row), "\(row)")
    }
  }

  @Test func anAutomaticThresholdIsThatOfTheOtherFolds() throws {
    let question = "seeds: 1\nquestions: [{question: Q, answers: [{name: x}]}]"
    let one = Self.cells + "folds: [{name: a, set: 'data.hold-out={pages: 0-1}'}]\n" + question
    // A fold without others is judged at 0.5, whatever would be best for it.
    let automatic = try run(plan(one))
    let half = try run(
      plan(
        one.replacingOccurrences(of: "0-1}'", with: "0-1}', prediction.threshold=0.5]").replacingOccurrences(
          of: "set: 'data.hold", with: "set: ['data.hold")), overwrite: true)
    #expect(figures(of: "x", in: automatic) == figures(of: "x", in: half))
  }

  @Test(arguments: [
    ("set: training.seed=3", "sets training.seed, which changes nothing"),
    ("set: device=cpu", "sets device, which changes nothing"),
    ("set: 'data.hold-out={pages: 1}'", "sets data.hold-out, which changes nothing"),
  ])
  func whatAnAnswerSetsHasAnEffect(set: String, says: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try plan("folds: 2\nquestions: [{question: a, answers: [{name: b, \(set)}]}]")
    }
    #expect(error?.problem.contains(says) == true, "\(String(describing: error))")
  }

  @Test func answersAreJudgedOnTheSameImages() throws {
    let study =
      "folds: 2\nquestions: [{question: Q, answers: [{name: few, set: 'data.leave-out={pages: 0}'}, {name: all}]}]"
    let error = #expect(throws: ConfigurationError.self) { try run(plan(study)) }
    #expect(error?.problem.contains("'all' would be judged on other images than 'few'") == true)
    #expect(!FileManager.default.fileExists(atPath: folder("runs")))
  }

  @Test func anotherModelOrOtherPredictionsInAFolderAreNotTaken() throws {
    let study =
      Self.cells
      + "folds: [{name: a, set: 'data.hold-out={pages: 2-3}'}]\nquestions: [{question: Q, answers: [{name: x}]}]"
    let table = try run(plan(study)).filter { $0.hasPrefix("| Q x") }
    let folders = try FileManager.default.contentsOfDirectory(atPath: folder("runs/study")).sorted().map {
      folder("runs/study/\($0)")
    }
    let files = try folders.map { (folder: String) -> String in
      try #require(
        FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasPrefix("predictions-") })
    }
    // Those of the other seed are made anew.
    let other = try Data(contentsOf: URL(fileURLWithPath: "\(folders[1])/\(files[1])"))
    try other.write(to: URL(fileURLWithPath: "\(folders[0])/\(files[0])"))
    let again = try run(plan(study), overwrite: true)
    #expect(again.filter { $0.hasPrefix("| Q x") } == table)
    try FileManager.default.removeItem(atPath: "\(folders[0])/\(files[0])")
    let model = try Data(contentsOf: URL(fileURLWithPath: "\(folders[1])/model.safetensors"))
    try model.write(to: URL(fileURLWithPath: "\(folders[0])/model.safetensors"))
    let error = #expect(throws: ConfigurationError.self) { try run(plan(study), overwrite: true) }
    #expect(error?.problem.contains("has another model than its training left") == true)
  }

  @Test func digestsOfFilesHoldForStudiesToo() throws {
    try folder.write((1...4).map { noise(64, 64, seed: $0) }, "i.tif")
    try folder.write((0..<4).map { plain(255, 64, 64).with(0, row: 9, column: $0) }, "l.tif")
    let zeros = String(repeating: "0", count: 64)
    let study =
      "set: 'data={images: i.tif, labels: l.tif, kind: membranes, sha256: {i.tif: \"\(zeros)\"}}'\nfolds: 2\n"
      + "questions: [{question: Q, answers: [{name: x}]}]"
    let error = #expect(throws: ConfigurationError.self) { try run(plan(study)) }
    #expect(error?.problem.contains("data.sha256") == true, "\(String(describing: error))")
  }

  @Test func aTrainingThatDivergesLeavesTheOthers() throws {
    let table = try run(
      plan(
        "folds: 2\nquestions: [{question: Rate?, answers: [{name: mad, set: training.rate=1e6}, {name: sane}]}]"
      ))
    #expect(table.count { $0.hasPrefix("| Rate? mad, ") && $0.hasSuffix(" | diverged |") } == 4, "\(table)")
    #expect(table.contains { $0.hasPrefix("- Rate?: sane (") && $0.contains("mad none") })
    let none = try run(
      plan("folds: 2\nquestions: [{question: R, answers: [{name: mad, set: training.rate=1e6}]}]"),
      overwrite: true)
    #expect(none.contains { $0.hasPrefix("- R: none (") })
    #expect(figures(of: "mad", in: table).isEmpty && figures(of: "sane", in: table).count == 2)
  }

  @Test func whatWasTrainedOnOtherImagesIsRefused() throws {
    let images = (1...4).map { noise(64, 64, seed: $0) }
    let labels = (0..<4).map { plain(255, 64, 64).with(0, row: 9, column: $0) }
    try folder.write(images, "i.tif")
    try folder.write(labels, "l.tif")
    let study =
      "set: 'data={images: i.tif, labels: l.tif, kind: membranes}'\nfolds: 2\n"
      + "questions: [{question: Q, answers: [{name: x}]}]"
    _ = try run(plan(study))
    try folder.write([labels[1], labels[0]] + labels[2...], "l.tif")
    let error = #expect(throws: ConfigurationError.self) { try run(plan(study), overwrite: true) }
    #expect(
      error?.problem.hasPrefix("has learnt from other images or labels") == true,
      "\(String(describing: error))")
    #expect(error?.choices == ["runs"])
  }

  /// More than two classes are judged by the most probable, as in the training's own log.
  @Test func classesAreJudgedAsInTheTraining() throws {
    let classes = (0..<4).map { page in
      Image(
        height: 64, width: 64, format: .uint8,
        pixels: (0..<64 * 64).map { Float(($0 % 64) / 22 == 2 && page > 0 ? 2 : ($0 % 64) / 22 == 0 ? 0 : 1) }
      )
    }
    try folder.write((1...4).map { noise(64, 64, seed: $0) }, "i.tif")
    try folder.write(classes, "l.tif")
    try folder.write(
      """
      name: three
      data: {images: i.tif, labels: l.tif, kind: classes}
      network: {levels: 2, width: 3, dropout: 0, classes: 3}
      augmentation: none
      training: {tile: 60, steps: 12, rate: 0.01, momentum: 0.9}
      evaluation: {metrics: [dice], every: 100}
      """, "tiny.yaml")
    let study =
      "figures: [mean-dice]\nfolds: [{name: a, set: 'data.hold-out={pages: 2-3}'}]\nseeds: 1\n"
      + "questions: [{question: Q, answers: [{name: x}]}]"
    let table = try run(plan(study))
    let run = try #require(FileManager.default.contentsOfDirectory(atPath: folder("runs/study")).first)
    let log = try folder.text("runs/study/\(run)/log.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let column = try #require(log[0].firstIndex(of: "mean-dice"))
    let logged = try #require(log.compactMap { Double($0[column]) }.last)
    #expect(abs(try #require(figures(of: "x", in: table).first) - logged) < 1e-4)
    let error = #expect(throws: ConfigurationError.self) { try plan(study + "\nprediction: true") }
    #expect(error?.problem.contains("is for two classes") == true)
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
