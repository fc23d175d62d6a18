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

  @Test func littleAndPlainImagesHaveNone() {
    #expect(GreySpread(noise(63, 65)) == nil && GreySpread(plain(3, 100, 100)) == nil)
  }
}

extension Image {
  fileprivate init(channels3 image: Image) {
    self.init(
      height: image.height, width: image.width, channels: 3, format: .uint8,
      pixels: image.pixels.flatMap { [$0, $0, $0] })
  }
}
