import Testing
import UNetConfiguration
import UNetExperiments
import UNetTestSupport

/// What is held out, as a property of numbers.
struct HoldOutTests {
  private func holdOut(_ yaml: String) throws -> Experiment.HoldOut {
    try Experiment(
      yaml: "name: a\ndata: {images: i, labels: l, kind: instances, hold-out: \(yaml)}", file: "x.yaml"
    )
    .data.holdOut
  }

  /// The places that are held out of a stack, or of files.
  private func places(_ yaml: String, of count: Int, inFiles: Bool) throws -> [Int] {
    let files = (0..<count).map { inFiles ? "t\($0).tif" : "stack.tif" }
    let held = try holdOut(yaml).holds(pages: Array(0..<count), files: files)
    return held.indices.filter { held[$0] }
  }

  @Test func aNameIsAFileBeforeItIsAPattern() throws {
    let tiles = ["a/t [1].tif", "a/t 1.tif", "b/t 1.tif"]
    for (name, expected) in [
      ("t [1]", [true, false, false]), ("t [01]", [false, true, true]), ("b/*", [false, false, true]),
    ] {
      let held = try Experiment.HoldOut.files([name]).holds(pages: [0, 1, 2], files: tiles)
      #expect(held == expected, "\(name)")
    }
  }

  @Test(arguments: [
    ("{share: 0.2}", Array(24..<30)), ("{count: 8}", Array(22..<30)), ("{every: 10}", [9, 19, 29]),
    ("{fold: 2/3}", Array(10..<20)), ("{share: 0.001}", [29]), ("{share: 0.999}", Array(1..<30)),
  ])
  func ofAStackPagesAreInOnePieceButForEveryNth(yaml: String, expected: [Int]) throws {
    #expect(try places(yaml, of: 30, inFiles: false) == expected)
  }

  @Test(arguments: [
    ("{share: 0.2}", 9), ("{count: 8}", 8), ("{every: 5}", 8), ("{fold: 1/5}", 9), ("{fold: 5/5}", 8),
  ])
  func ofFilesAsManyAreDrawnAsAskedFor(yaml: String, count: Int) throws {
    let first = try places(yaml, of: 44, inFiles: true)
    #expect(first.count == count)
    #expect(try places(yaml, of: 44, inFiles: true) == first)
  }

  @Test(arguments: [2, 5, 7, 44], [true, false])
  func foldsHaveEveryImageOnce(count: Int, inFiles: Bool) throws {
    let folds = min(count, 5)
    let all = try (1...folds).flatMap { try places("{fold: \($0)/\(folds)}", of: count, inFiles: inFiles) }
    #expect(all.sorted() == Array(0..<count))
  }

  @Test(arguments: 2...12, [true, false])
  func neverAllAndNeverNone(count: Int, inFiles: Bool) throws {
    for share in [0.01, 0.3, 0.5, 0.99] {
      let held = try places("{share: \(share)}", of: count, inFiles: inFiles).count
      #expect((1..<count).contains(held))
    }
  }

  @Test func filesOfSeveralPagesAreNoImages() throws {
    let files = ["a", "b", "c"].flatMap { [String](repeating: "\($0).tif", count: 10) }
    func said(_ yaml: String) -> String {
      complaint { _ = try holdOut(yaml).holds(pages: Array(files.indices), files: files) }
    }
    #expect(
      said("{count: 8}")
        == "leaves no image to train on: there are 3 files, at most 2 can be held out; a file is held out "
        + "with all its pages: list pages to hold out some of them")
    #expect(
      said("{files: [d]}")
        == "matches no image: d; give names of them, or patterns: a.tif, b.tif, c.tif")
  }

  @Test func aPatternThatEndsTooSoonIsToldWhole() throws {
    let files = ["A", "B"].flatMap { ["t/exp\($0)/w1/f0.tif", "t/exp\($0)/w2/f0.tif"] }
    func said(_ yaml: String) -> String {
      complaint { _ = try holdOut(yaml).holds(pages: Array(files.indices), files: files) }
    }
    #expect(
      said("{files: ['expB/*']}")
        == "matches no image: expB/*; do you mean 'expB/*/*'?")
    #expect(
      said("{files: [expC]}").hasSuffix("patterns: expA/w1/f0.tif, expA/w2/f0.tif, expB/w1/f0.tif, ..."))
  }

  @Test func anImageOfSeveralFilesIsNamedByItsName() throws {
    let files = ["case_001_0000.tif", "case_002_0000.tif"]
    let held = try holdOut("{files: case_002}").holds(
      pages: [0, 1], files: files, names: ["case_001", "case_002"])
    #expect(held == [false, true])
  }

  @Test(arguments: [
    ("{share: 0.2}", 1, "there is 1 image, so add more or hold out none"),
    ("{count: 3}", 3, "there are 3 images, at most 2 can be held out"),
    ("{every: 5}", 3, "finds no image: there are 3 images, give every: 3 or less"),
    ("{fold: 1/5}", 4, "there are 4 images, give at most 4 folds"),
  ])
  func whatWouldHoldOutAllOrNoneIsAnError(yaml: String, count: Int, says: String) {
    let error = #expect(throws: (any Error).self) { try places(yaml, of: count, inFiles: true) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(says))
  }

  @Test(arguments: [
    ("{share: 0}", "greater than 0 and less than 1"), ("{share: 1}", "greater than 0 and less than 1"),
    ("{count: 0}", "1 or greater"), ("{every: 1}", "2 or greater"), ("{fold: 0/5}", "a fold such as 1/5"),
    ("{fold: 6/5}", "a fold such as 1/5"), ("{fold: 1/1}", "a fold such as 1/5"),
    ("{fold: 5}", "a fold such as 1/5"),
    ("{share: 0.2, count: 3}", "needs one of share, count"), ("{}", "needs one of share, count"),
    ("{fraction: 0.3}", "unknown key 'fraction' in data.hold-out; known are share, count"),
  ])
  func whatIsNoPartIsNamed(yaml: String, says: String) {
    let error = #expect(throws: ConfigurationError.self) { try holdOut(yaml) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: ["{share: 0.2}", "{count: 8}", "{every: 5}", "{fold: 1/5}"])
  func theResolvedTextGivesItBack(yaml: String) throws {
    let text = "name: a\ndata: {images: i, labels: l, kind: instances, hold-out: \(yaml)}"
    let once = try Experiment(yaml: text, file: "x.yaml")
    let again = try Experiment(yaml: once.yaml(), file: "x.yaml")
    #expect(again == once && again.data.holdOut != .none)
  }
}
