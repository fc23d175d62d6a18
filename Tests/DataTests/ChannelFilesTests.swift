import Foundation
import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("Channels in files of their own")
struct ChannelFilesTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func write(_ images: [String], labels: [String]) throws {
    for (number, name) in images.enumerated() {
      try folder.write([plain(Float(number), 4, 4)], "i/\(name).tif")
    }
    for name in labels { try folder.write([grey(4, 4) { Float($0 % 2) }], "l/\(name).tif") }
  }

  private func dataset() throws -> Dataset {
    try Dataset(images: folder("i"), labels: folder("l"), .init(.membranes))
  }

  private func said() -> String { complaint(in: folder) { _ = try dataset() } }

  @Test("a file that is missing is named, not the images that are whole", arguments: ["0000", "0001"])
  func missing(number: String) throws {
    try write(
      ["a_0000", "a_0001", "b_0000", "b_0001", "c_0000", "c_0001"].filter { $0 != "b_\(number)" },
      labels: ["a", "b", "c"])
    let other = number == "0000" ? "b_0001" : "b_0000"
    #expect(
      said()
        == "i/b_\(number).tif is missing: an image has 2 channels here, a file each; add it, or remove \(other).tif"
    )
  }

  @Test("an image without any file is a label's, and numbers may leave one out")
  func numbers() throws {
    try write(["a_0000", "a_0002", "b_0000", "b_0002"], labels: ["a", "b"])
    #expect(try dataset().pages.map(\.image.channels) == [2, 2])
    try write([], labels: ["c"])
    #expect(said().hasPrefix("l/c.tif has no image"))
  }

  @Test("a file of an image's name beside its channels is named")
  func whole() throws {
    try write(["a", "a_0000", "a_0001", "b_0000", "b_0001"], labels: ["a", "b"])
    #expect(
      said()
        == "i/a.tif has the name of the image whose channels are a_0000.tif and so on: remove one of both")
    // Frames beside an image of their name are none of its channels.
    try write(["m", "m_0000", "m_0001"], labels: ["m"])
    let frames = try pairedFiles(images: folder("i/m*"), labels: folder("l/m*"))
    #expect(frames.pairs.map(\.images) == [[folder("i/m.tif")]])
  }

  @Test("channels may have other types of numbers, palettes and black; as many pages they must have")
  func types() throws {
    try write(["a_0000"], labels: ["a"])
    try folder.write([plain(40_000, 4, 4, .uint16)], "i/a_0001.tif")
    #expect(try dataset().pages[0].image.pixels.prefix(2) == [0, 40_000])
    let inverted = ForeignTIFF(height: 4, width: 4).with { $0.photometric = 0 }
    try folder.write(inverted.file([[UInt8](repeating: 5, count: 16)]), "i/a_0001.tif")
    #expect(try dataset().pages[0].image.pixels.prefix(2) == [0, 250])
    try folder.write([plain(1, 4, 4), plain(1, 4, 4)], "i/a_0001.tif")
    #expect(
      said()
        == "i/a_0001.tif has 2 pages, i/a_0000.tif 1, of which it is a channel: give every channel of an image as "
        + "many pages")
  }
}
