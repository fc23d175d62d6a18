import Testing
import UNetImages
import UNetReports

/// Which colours an overlay shows of pictures of some channels.
@Suite struct OverlayTests {
  /// Rows `[1, 101, 3]` of an overlay without foreground.
  private func overlay(_ channels: [[Float]]) -> [UInt8] {
    let pixels = (0..<101).flatMap { at in channels.map { $0[at] } }
    let image = Image(height: 1, width: 101, channels: channels.count, format: .float32, pixels: pixels)
    return Overlay(of: image).rows(0..<1, inside: [Bool](repeating: false, count: 101))
  }

  private let rising = (0...100).map { Float($0) }

  @Test func threeChannelsAreColours() {
    let picture = overlay([rising, rising.map { $0 / 2 }, rising.map { _ in 0 }])
    #expect(Array(picture.suffix(3))[0] == 255 && Array(picture.suffix(3))[2] == 0)
    #expect((100...160).contains(Array(picture.suffix(3))[1]))
  }

  @Test func ofOtherChannelsTheMeanIsShownEachSpreadByItself() {
    #expect(overlay([rising])[150...152] == overlay([rising, rising.map { 1000 * $0 }])[150...152])
    let opposed = overlay([rising, rising.reversed()])
    #expect(opposed.allSatisfy { (127...128).contains($0) })
    #expect(overlay([rising, rising.map { _ in 7 }]).suffix(3) == [128, 128, 128])
  }
}
