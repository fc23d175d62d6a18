import Testing
import UNetConfiguration
import UNetExperiments
import UNetFiles
import UNetTestSupport

/// `data.leave-out`: images for no use at all.
struct LeaveOutTests {
  private func experiment(_ keys: String) throws -> Experiment {
    try Experiment(
      yaml: "name: a\ndata: {synthetic: {count: 10, size: 32}, \(keys)}\nnetwork: {levels: 2, width: 2}",
      file: "x.yaml")
  }

  /// The pages that are held out, and how many are learnt from.
  private func division(_ keys: String) throws -> (heldOut: [Int], learntFrom: Int) {
    let data = try TrainingData(experiment(keys), root: DataRoot(experiment: ""))
    return (data.heldOut.map(\.page), data.training.count)
  }

  @Test func whatIsLeftOutIsNeitherLearntFromNorJudged() throws {
    let pages = try division("hold-out: {pages: 4-5}, leave-out: {pages: 6-9}")
    #expect(pages.heldOut == [4, 5] && pages.learntFrom == 4)
    let none = try division("leave-out: {pages: [0, 7]}")
    #expect(none.heldOut.isEmpty && none.learntFrom == 8)
  }

  @Test func partsAreOfWhatIsLeft() throws {
    #expect(try division("hold-out: {count: 2}, leave-out: {pages: 6-9}").heldOut == [4, 5])
    #expect(try division("hold-out: {share: 0.5}, leave-out: {count: 4}").heldOut == [3, 4, 5])
    let folds = try (1...3).map { try division("hold-out: {fold: \($0)/3}, leave-out: {fold: 1/2}").heldOut }
    #expect(folds.flatMap(\.self) == [5, 6, 7, 8, 9])
  }

  @Test(arguments: [
    ("hold-out: {pages: 4-6}, leave-out: {pages: 6-9}", "data.leave-out and data.hold-out both name page 6"),
    ("hold-out: {pages: 0-5}, leave-out: {pages: 6-9}", "leaves no image to train on"),
    ("leave-out: {pages: 6-10}", "names page 10, but data.synthetic has pages 0-9"),
    ("hold-out: {count: 6}, leave-out: {pages: 4-9}", "there are 4 images, at most 3 can be held out"),
    ("leave-out: {images: a, labels: b}", "is another set, which is not trained on anyway"),
    ("leave-out: {share: 2}", "greater than 0 and less than 1"),
  ])
  func whatCannotBeIsNamed(keys: String, says: String) {
    let error = #expect(throws: ConfigurationError.self) { try division(keys) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  @Test func theHashKnowsItOnlyWhereItIsGiven() throws {
    let (without, none) = (try experiment("hold-out: none"), try experiment("leave-out: none"))
    #expect(without.hash == none.hash)
    #expect(try experiment("leave-out: {count: 2}").hash != none.hash)
    let given = try experiment("leave-out: {fold: 1/5}")
    #expect(try Experiment(yaml: given.yaml(), file: "x.yaml") == given)
  }
}
