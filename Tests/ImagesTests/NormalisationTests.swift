import Testing
import UNetImages
import UNetNumerics
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

  /// Rows come about a megabyte at a time: the image is larger.  The definition sorts all values.
  @Test("percentiles are those of the sorted values, to the bit", arguments: [Image.Format.uint8, .float32])
  func sorted(format: Image.Format) {
    let image = grey(700, 1100, format) { at in
      format == .uint8 ? Float(at * at % 251) : Float(at * 7919 % 100_003 - 50_000) * 1.7e-3
    }
    let sorted = image.pixels.sorted()
    let (low, high) = (quantile(0.01, of: sorted), quantile(0.99, of: sorted))
    let expected = image.pixels.map { Float((Double($0) - low) / (high - low)) }
    let same = Normalisation.percentile.normalise(image) == expected
    #expect(same)
  }

  @Test("percentiles of a few values", arguments: 1...5)
  func few(count: Int) {
    let image = grey(1, count, .float32) { Float($0 * 7 % 5) - 2.5 }
    let sorted = image.pixels.sorted()
    let (low, high) = (quantile(0.01, of: sorted), quantile(0.99, of: sorted))
    let expected = image.pixels.map { high > low ? Float((Double($0) - low) / (high - low)) : 0 }
    #expect(Normalisation.percentile.normalise(image) == expected)
  }

  @Test("an image of one value becomes zeros", arguments: [Normalisation.meanDeviation, .percentile])
  func constant(normalisation: Normalisation) {
    #expect(normalisation.normalise(grey(3, 3) { _ in 77 }) == [Float](repeating: 0, count: 9))
  }
}
