import Foundation
import Testing
import UNetCPU
import UNetConfiguration
import UNetData
import UNetExperiments
import UNetImages
import UNetPlanning
import UNetTestSupport

/// Plans for images: what is found out about them, and the experiment that follows.
@Suite struct PlannerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func facts(_ labels: [Image], kind: LabelKind? = nil) throws -> DataFacts {
    let images = labels.indices.map { noise(labels[$0].height, labels[$0].width, seed: UInt64($0 + 1)) }
    try folder.write(images, "images.tif")
    try folder.write(labels, "labels.tif")
    return try DataFacts(foundSets(in: folder(""))[0], other: nil, in: folder(""), kind: kind)
  }

  /// Discs of this radius, each of the number that `number` gives for its place, on 0.
  private func discs(_ side: Int, radius: Int, every step: Int, _ number: (Int) -> Float) -> Image {
    var pixels = [Float](repeating: 0, count: side * side)
    var count = 0
    for y in stride(from: step / 2, to: side, by: step) {
      for x in stride(from: step / 2, to: side, by: step) {
        count += 1
        for row in max(0, y - radius)...min(side - 1, y + radius) {
          for column in max(0, x - radius)...min(side - 1, x + radius)
          where (row - y) * (row - y) + (column - x) * (column - x) <= radius * radius {
            pixels[row * side + column] = number(count)
          }
        }
      }
    }
    return Image(height: side, width: side, format: .uint16, pixels: pixels)
  }

  @Test func numbersSayWhatTheyMean() throws {
    let pages = { (number: (Int) -> Float) in
      (0..<4).map { _ in self.discs(96, radius: 9, every: 24, number) }
    }
    let cells = try facts(pages { Float($0) })
    #expect(cells.kind == .instances && cells.cells == 64 && cells.isStack && cells.images == 4)
    #expect(abs(try #require(cells.diameter) - 18) < 1.5)
    let mask = try facts(pages { _ in 255 })
    #expect(mask.kind == .membranes && mask.border == .zero && mask.cells == 64)
    let inverted = try facts(
      pages { _ in 255 }.map { page in
        Image(height: 96, width: 96, format: .uint16, pixels: page.pixels.map { 255 - $0 })
      })
    #expect(inverted.kind == .membranes && inverted.border == .other && inverted.cells == 64)
    let classes = try facts(pages { Float($0 % 2 + 1) })
    #expect(classes.kind == .classes && classes.classes == 3 && classes.diameter == nil)
    // What is said counts, and a note tells of cells with numbers.
    for kind in [LabelKind.membranes, .classes] {
      let said = try facts(pages { Float($0) }, kind: kind)
      #expect(
        said.kind == kind && said.notes.contains { $0.contains("look like instances") }, "\(said.notes)")
    }
    #expect(try facts(pages { Float($0 % 2 + 1) }, kind: .classes).notes.isEmpty)
  }

  @Test func largeCellsAreLookedAtFromAfarAndSmallOnesByAShallowerNetwork() throws {
    let large = TrainingPlan(try facts([discs(600, radius: 50, every: 150) { Float($0) }]), name: "a") { $0 }
    let small = TrainingPlan(try facts([discs(600, radius: 9, every: 60) { Float($0) }]), name: "a") { $0 }
    let middle = TrainingPlan(try facts([discs(600, radius: 25, every: 60) { Float($0) }]), name: "a") { $0 }
    #expect([large, small, middle].map(\.scale) == [0.5, 1, 1])
    #expect([large, small, middle].map(\.levels) == [5, 4, 5])
    // A single image is all there is to learn from.
    #expect(try large.experiment().data.holdOut == .none)
  }

  @Test(arguments: ["plain", "two words", "12", "true", "it's \"so\": # \\ ü", "-a"])
  func namesAreReadAsTheyWereWritten(name: String) throws {
    let plan = TrainingPlan(try facts([discs(96, radius: 9, every: 24) { Float($0) }]), name: name) {
      "\(name)/\($0)"
    }
    let experiment = try plan.experiment()
    #expect(experiment.name == name)
    guard case .files(let images, let labels, let kind) = experiment.data.origin else {
      Issue.record("no files")
      return
    }
    #expect(images == "\(name)/images.tif" && labels == "\(name)/labels.tif" && kind == .instances)
  }

  /// The whole way, on a processor: steps are tried, and fill the time.
  @Test func stepsFillTheTimeAsMeasured() throws {
    let facts = try facts((0..<3).map { _ in discs(64, radius: 9, every: 24) { Float($0) } })
    let planner = Planner(root: DataRoot(folder(""), experiment: ""), minutes: 3)
    let backend = try CPUBackend()
    let (plan, cost) = try planner.plan(facts, name: "tiny", path: { $0 }, on: backend)
    let steps = try plan.experiment().training.steps
    #expect(cost.bytes > 0 && cost.step > 0 && steps >= 100)
    #expect(
      cost.seconds(steps: steps) <= 180 && cost.seconds(steps: steps + steps / 9) > 180 || steps == 60_000)
    let error = #expect(throws: ConfigurationError.self) {
      _ = try Planner(root: DataRoot(folder(""), experiment: ""), minutes: 0.001).plan(
        facts, name: "tiny", path: { $0 }, on: backend)
    }
    #expect(
      error?.problem.contains("too few to learn anything: give") == true && error?.choices == ["minutes"])
  }
}
