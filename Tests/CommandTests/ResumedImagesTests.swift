import Foundation
import Testing
import UNetTestSupport

/// Which images are other ones where a training goes on: told by what is in them and by their names, not by their place.
@Suite struct ResumedImagesTests {
  private let tiny: TinyExperiment
  private var folder: TemporaryFolder { tiny.folder }

  /// A training of five pictures in a folder.
  init() throws {
    tiny = try TinyExperiment()
    for number in 1...5 { try add("p\(number)", seed: UInt64(number)) }
    let outcome = try train()
    try #require(outcome.status == 0, "\(outcome.messages)")
  }

  private func add(_ name: String, seed: UInt64) throws {
    try folder.write([noise(64, 64, seed: seed)], "images/\(name).png")
    try folder.write([plain(255, 64, 64).with(0, row: 9, column: Int(seed))], "labels/\(name).png")
  }

  private func move(_ name: String, to other: String) throws {
    for part in ["images", "labels"] {
      try FileManager.default.moveItem(
        atPath: folder("\(part)/\(name).png"), toPath: folder("\(part)/\(other).png"))
    }
  }

  private func train(_ arguments: [String] = [], holdOut: String = "{files: p5}") throws
    -> UnetCommand.Outcome
  {
    let set = ["data.images=images/*.png", "data.labels=labels/*.png", "data.hold-out=\(holdOut)"]
    return try UnetCommand.run(
      ["train", tiny.file, "--output", tiny.run, "--device", "cpu"] + arguments
        + set.flatMap { ["--set", $0] })
  }

  private func expectChange(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    expectError(
      try train(["--resume"]), status: 64, naming: "was written before a change: \(words); undo it",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: ["a", "p0", "p12", "z"]) func oneImageMoreIsOneChangeWhateverItsName(name: String) throws {
    try add(name, seed: 77)
    try expectChange("images/\(name).png is new")
  }

  @Test func oneImageLessIsOneChange() throws {
    for part in ["images", "labels"] { try FileManager.default.removeItem(atPath: folder("\(part)/p1.png")) }
    try expectChange("images/p1.png is gone")
  }

  @Test func anImageOfAnotherNameInAnotherPlaceIsAnotherOrderAlone() throws {
    try move("p1", to: "p45")
    try expectChange("the order of the images has changed")
  }

  @Test func oneOfEachIsToldOnce() throws {
    try move("p3", to: "a3")
    try add("b", seed: 77)
    try add("p2", seed: 78)
    try expectChange("images/p2.png has changed, images/b.png is new")
  }

  @Test(arguments: [false, true]) func whatWasLearntFromIsNotHeldOutUnderAnotherNameOrNumber(isMoved: Bool)
    throws
  {
    try add("a", seed: 77)
    if isMoved { try move("p2", to: "q") }
    let name = isMoved ? "q" : "p2"
    expectError(
      try train(["--resume", "--allow-changes"], holdOut: "{files: \(name)}"), status: 64,
      naming: "has learnt from images/\(name).png, page 0, which is held out now")
  }

  @Test func whatWasLearntFromAtAnotherResolutionIsNotHeldOut() throws {
    let halved = ["--set", "data.scale=0.5", "--set", "data.normalisation=percentile"]
    let outcome = try train(["--overwrite"] + halved)
    try #require(outcome.status == 0, "\(outcome.messages)")
    try add("a", seed: 77)
    try move("p2", to: "q")
    expectError(
      try train(["--resume", "--allow-changes"] + halved, holdOut: "{files: q}"), status: 64,
      naming: "has learnt from images/q.png, page 0, which is held out now")
  }
}
