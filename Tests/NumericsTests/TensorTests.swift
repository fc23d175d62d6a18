import Testing
import UNetNumerics

@Suite("Tensors on the host")
struct TensorTests {
  @Test(
    "elements that a shape does not count are an error",
    arguments: [
      ([60, 50, 1], "it needs 3000 elements"), ([-1], "every extent must be positive"),
      ([0, 3], "every extent must be positive"), ([Int.max, 4], "every extent must be positive"),
    ])
  func wrongCount(extents: [Int], requirement: String) throws {
    let elements = [Float](repeating: 0, count: 3600)
    let error = try #require(throws: ShapeError.self) {
      try Tensor(shape: Shape(extents), elements: elements)
    }
    #expect(error.description == "a tensor of 3600 elements got \(Shape(extents)): \(requirement)")
  }

  @Test func theElementsAreKept() throws {
    #expect(try Tensor(shape: [2, 1], elements: [1, 2]).elements == [1, 2])
  }
}
