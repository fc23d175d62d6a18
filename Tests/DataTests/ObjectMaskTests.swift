import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("Labels of several files")
struct ObjectMaskTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A mask of these columns in two rows.
  private func mask(_ columns: Range<Int>, _ value: Float = 255) -> Image {
    grey(2, 9) { columns.contains($0 % 9) ? value : 0 }
  }

  private func dataset(_ masks: [Image]) throws -> Dataset {
    try folder.write([grey(2, 9) { Float($0) }], "s/A/images/A.png")
    for (number, mask) in masks.enumerated() { try folder.write([mask], "s/A/masks/\(number).png") }
    return try Dataset(images: folder("s"), labels: folder("s"), .init(.instances))
  }

  @Test("objects are numbered in the order of their files")
  func numbered() throws {
    let set = try dataset([mask(0..<2), mask(3..<5, 1), mask(6..<9)])
    #expect(set.pages.map { Array($0.labels.numbers.prefix(9)) } == [[1, 1, 0, 2, 2, 0, 3, 3, 3]])
    #expect(set.notes.isEmpty)
  }

  @Test("pixels that several claim belong to the smallest, which a note says")
  func overlapping() throws {
    let set = try dataset([mask(0..<3), mask(1..<8), mask(2..<4)])
    #expect(Array(set.pages[0].labels.numbers.prefix(9)) == [1, 1, 3, 3, 2, 2, 2, 2, 0])
    #expect(
      set.notes.count == 1 && set.notes[0].contains("6 pixels belong to several objects"), "\(set.notes)")
  }

  @Test("a mask of several numbers, and one of another size, are named")
  func misfits() throws {
    let several = complaint(in: folder) { _ = try dataset([mask(0..<2), grey(2, 9) { Float($0 % 3) }]) }
    #expect(several.hasPrefix("s/A/masks/1.png holds 2 numbers"))
    let other = complaint(in: folder) { _ = try dataset([mask(0..<2), plain(1, 2, 8)]) }
    #expect(other == "s/A/masks/1.png is 2×8, s/A/masks/0.png 2×9: give masks of the image's size")
  }

  @Test("channels of several files are joined, in the order of their numbers")
  func channels() throws {
    for (number, value) in [3, 5].enumerated() {
      try folder.write([plain(Float(value), 2, 2)], "i/A_000\(number).tif")
    }
    try folder.write([grey(2, 2) { Float($0 % 2) }], "l/A.tif")
    let set = try Dataset(images: folder("i"), labels: folder("l"), .init(.membranes))
    #expect(set.channels == 2 && set.pages.map(\.name) == ["A"])
    #expect(set.pages[0].image.pixels == [3, 5, 3, 5, 3, 5, 3, 5])
    try folder.write([plain(1, 2, 3)], "i/A_0001.tif")
    let said = complaint(in: folder) {
      _ = try Dataset(images: folder("i"), labels: folder("l"), .init(.membranes))
    }
    #expect(
      said
        == "i/A_0001.tif is 2×3 in page 0, i/A_0000.tif 2×2, of which it is a channel: give channels of one size"
    )
  }
}
