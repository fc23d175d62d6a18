import Testing
import UNetImages
import UNetTestSupport

@Suite("Normalisation")
struct NormalisationTests {
  @Test("none leaves values as they are")
  func none() {
    let image = grey(2, 3, .float32) { Float($0) * 0.1 - 7 }
    #expect(Normalisation.none.normalise(image) == image.pixels)
  }

  @Test("mean-deviation gives mean 0 and deviation 1")
  func meanDeviation() throws {
    let normalisation = try #require(Normalisation(rawValue: "mean-deviation"))
    let x = normalisation.normalise(grey(20, 30, .uint16) { Float($0 * $0 % 60013) })
    let mean = x.reduce(0.0) { $0 + Double($1) } / 600
    let square = x.reduce(0.0) { $0 + Double($1) * Double($1) } / 600
    #expect(abs(mean) < 1e-6 && abs(square - 1) < 1e-6)
  }

  @Test("percentile puts 1 % at 0 and 99 % at 1")
  func percentile() {
    let x = Normalisation.percentile.normalise(grey(1, 101) { Float(200 - $0) })
    #expect(x[99] == 0 && x[1] == 1 && x[50] == 0.5 && x[0] > 1)
  }

  @Test("an image of one value becomes zeros", arguments: [Normalisation.meanDeviation, .percentile])
  func constant(normalisation: Normalisation) {
    #expect(normalisation.normalise(grey(3, 3) { _ in 77 }) == [Float](repeating: 0, count: 9))
  }
}
