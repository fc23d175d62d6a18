import Testing
import UNetData
import UNetImages

@Suite("Synthetic pictures")
struct SyntheticTests {
  @Test("a seed gives the same bits everywhere")
  func pinned() {
    let tissue = Synthetic.membranes(size: 128, seed: 1)
    let culture = Synthetic.cells(size: 128, seed: 1)
    #expect(digest(tissue.image) == 0x89F0_D162_59C1_92A7)
    #expect(digest(tissue.labels) == 0x8A67_8F85_44FE_B446)
    #expect(digest(culture.image) == 0x595A_F4B6_5B9A_8722)
    #expect(digest(culture.instances) == 0xB756_40FA_CE35_ACA7)
    #expect(Synthetic.membranes(size: 128, seed: 2).image != tissue.image)
    #expect(Synthetic.cells(size: 128, seed: 2).image != culture.image)
  }

  @Test("any size can be made", arguments: [1, 2, 33, 200])
  func sizes(size: Int) {
    for picture in [
      Synthetic.membranes(size: size, seed: 9).image, Synthetic.cells(size: size, seed: 9).image,
    ] {
      #expect(picture.height == size && picture.width == size && picture.format == .uint8)
    }
  }

  @Test("membranes are dark, thin and enclose many cells")
  func membranes() {
    let page = Synthetic.membranes(size: 256, seed: 4)
    let isCell = page.labels.pixels.map { $0 == 255 }
    let share = Double(isCell.filter { $0 }.count) / Double(isCell.count)
    #expect(0.65...0.9 ~= share)
    #expect(connectedComponents(of: isCell, height: 256, width: 256).count > 30)
    #expect(mean(page.image, where: isCell) - mean(page.image, where: isCell.map { !$0 }) > 40)
  }

  @Test("cells are bright, and some touch without a gap")
  func cells() {
    let page = Synthetic.cells(size: 256, seed: 4)
    let ids = page.instances.pixels
    #expect(Set(ids).count > 15)
    #expect(0.2...0.7 ~= Double(ids.filter { $0 > 0 }.count) / Double(ids.count))
    let touching = ids.indices.filter {
      $0 % 256 > 0 && ids[$0] > 0 && ids[$0 - 1] > 0 && ids[$0] != ids[$0 - 1]
    }
    #expect(touching.count > 50)
    #expect(mean(page.image, where: ids.map { $0 > 0 }) > mean(page.image, where: ids.map { $0 == 0 }) + 15)
  }

  @Test("no threshold does what a network should learn")
  func notTrivial() {
    let page = Synthetic.membranes(size: 256, seed: 4)
    let isCell = page.labels.pixels.map { $0 == 255 }
    let errors = stride(from: Float(60), to: 200, by: 4).map { threshold in
      zip(page.image.pixels, isCell).filter { ($0.0 > threshold) != $0.1 }.count
    }
    #expect(Double(errors.min() ?? 0) / 65536 > 0.06)
  }

  /// FNV-1a over the whole numbers of a picture.
  private func digest(_ image: Image) -> UInt64 {
    image.pixels.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private func mean(_ image: Image, where mask: [Bool]) -> Float {
    let chosen = zip(image.pixels, mask).filter { $0.1 }.map { $0.0 }
    return chosen.reduce(0, +) / Float(chosen.count)
  }
}
