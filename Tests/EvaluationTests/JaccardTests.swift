import Testing
import UNetEvaluation

@Suite("The Jaccard indices of true objects, whose mean is SEG")
struct JaccardTests {
  @Test("equal objects under other numbers have 1")
  func renamed() { #expect(jaccardIndices(truth: [1, 1, 0, 2, 2], proposal: [9, 9, 0, 4, 4]) == [1, 1]) }

  @Test("exactly half of an object is no match")
  func half() {
    #expect(jaccardIndices(truth: [1, 1, 1, 1], proposal: [5, 5, 0, 0]) == [0])
    #expect(jaccardIndices(truth: [1, 1, 1, 1], proposal: [5, 5, 5, 0]) == [0.75])
  }

  @Test("two objects in one proposal match only as far as each fills it, in the order of their numbers")
  func joined() {
    #expect(jaccardIndices(truth: [7, 7, 2, 2, 2], proposal: [3, 3, 3, 3, 3]) == [3 / 5.0, 2 / 5.0])
    #expect(jaccardIndices(truth: [7, 7, 7, 2, 2], proposal: [3, 3, 3, 3, 3]) == [2 / 5.0, 3 / 5.0])
  }

  @Test("surplus proposals and unknown pixels cost nothing")
  func surplus() { #expect(jaccardIndices(truth: [1, 1, 0, 0, -1], proposal: [1, 1, 2, 2, 3]) == [1]) }

  @Test("the mean is over the objects of all frames, not over frames; without objects there is none")
  func mean() throws {
    var evaluator = Evaluator([.seg], kind: .instances)
    for (truth, proposal) in [([1, 2, 3], [1, 2, 3]), ([1, 0, 0], [0, 0, 0])] as [([Int32], [Int32])] {
      evaluator.add(
        try ComparedFrame(
          width: 3, height: 1, truth: truth, probabilities: [0, 0, 0], instances: proposal))
    }
    #expect(evaluator.frames.map { $0[JaccardIndices.self] } == [[1, 1, 1], [0]])
    #expect(evaluator.evaluation[.seg] == 0.75)
    #expect(evaluator.evaluation(of: [])[.seg] == nil)
  }
}
