import Testing
import UNetImages
import UNetTestSupport

/// How grey values are spread, whatever they are counted in.
struct GreySpreadTests {
  @Test func noiseIsRoughAndReachesNotFar() throws {
    let spread = try #require(GreySpread(noise(100, 100)))
    // Of numbers that are all as likely: 1/3 of their range, which is √12 deviations, and half of it.
    #expect(abs(spread.roughness - 1.155) < 0.02)
    #expect(abs(spread.reach - 1.73) < 0.02)
  }

  @Test func aRampIsSmooth() throws {
    let spread = try #require(GreySpread(grey(80, 80) { Float($0 % 80) }))
    #expect(abs(spread.roughness - 1 / 23.09) < 0.001)
  }

  @Test func neitherUnitNorSizeNorChannelsMatter() throws {
    let ramp = grey(600, 600) { Float(($0 % 600 + 3 * ($0 / 600)) % 256) }
    let spread = try #require(GreySpread(ramp))
    let other = try #require(GreySpread(grey(600, 600) { 500 - 3 * ramp.pixels[$0] }))
    let colour = try #require(GreySpread(Image(channels3: ramp)))
    for found in [other, colour] {
      #expect(abs(found.reach - spread.reach) < 1e-3 && abs(found.roughness - spread.roughness) < 1e-3)
    }
  }

  /// About 65,000 values, and 64 rows at least.
  @Test(arguments: [(200, 200, 200), (1000, 1000, 67), (3000, 300, 231), (640, 6000, 64)])
  func ofALargeImageSomeRowsAreAskedFor(height: Int, width: Int, rows: Int) {
    let image = CountedRows(height: height, width: width)
    #expect(GreySpread(image) != nil)
    #expect(image.asked == rows)
  }

  @Test func littleAndPlainImagesHaveNone() {
    #expect(GreySpread(noise(63, 65)) == nil && GreySpread(plain(3, 100, 100)) == nil)
  }
}

/// Counts the rows that are asked for.
private final class CountedRows: ImageRows {
  let height: Int, width: Int, channels = 1
  private(set) var asked = 0

  init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

  func values(rows: Range<Int>) -> [Float] {
    asked += rows.count
    return (0..<rows.count * width).map { Float($0 % 251) }
  }
}

extension Image {
  fileprivate init(channels3 image: Image) {
    self.init(
      height: image.height, width: image.width, channels: 3, format: .uint8,
      pixels: image.pixels.flatMap { [$0, $0, $0] })
  }
}
