import Testing
import UNetNumerics

@Suite("Tensors on the host")
struct TensorTests {
  @Test("a wrong number of elements is told before the program ends")
  func wrongCount() async throws {
    let ended = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([60, 50, 1], [Float](repeating: 0, count: 3600))
    }
    let messages = String(decoding: try #require(ended).standardErrorContent, as: UTF8.self)
    #expect(messages.contains("Tensor 60×50×1 needs 3000 elements, got 3600"))
  }
}
