import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Files that are written page after page, and within a page rows after rows.
struct PageWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes the image in pieces of so many rows.
  private func write(_ image: Image, _ name: String, rows: Int) throws {
    let pages = ExpectedPages(count: 1, bytes: image.pixels.count)
    let file = try ImageFile.writer(of: pages, to: folder(name))
    try file.begin(PageLayout(height: image.height, width: image.width, channels: image.channels, .uint8))
    let row = image.width * image.channels
    for first in stride(from: 0, to: image.height, by: rows) {
      let last = min(image.height, first + rows)
      try file.write(image.pixels[first * row..<last * row].map { UInt8($0) })
    }
    try file.endPage()
    try file.close()
  }

  @Test(
    "pieces of any number of rows give the bytes of one, in strips of several", arguments: ["tif", "png"],
    [1, 7, 500])
  func pieces(ending: String, rows: Int) throws {
    for channels in [1, 3] {
      let image = noise(500, 311, channels: channels)
      let whole = try folder.write([image], "whole.\(ending)")
      try write(image, "pieces.\(ending)", rows: rows)
      #expect(try folder.bytes("pieces.\(ending)") == folder.bytes("whole.\(ending)"))
      #expect(try ImageFile.read(whole) == [image])
    }
  }

  @Test("pages that may not fit a classic TIFF become a BigTIFF, others stay what they were")
  func bigTIFF() throws {
    let images = (1...3).map { noise(40, 50, .uint16, seed: $0) }
    let bytes = 3 * 40 * 50 * 2
    for (name, limit, version) in [("classic.tif", 1 << 20, 42), ("big.tif", bytes, 43)] {
      let pages = ExpectedPages(count: 3, bytes: bytes, classicLimit: limit)
      let file = try ImageFile.writer(of: pages, to: folder(name))
      for image in images {
        try file.begin(PageLayout(height: 40, width: 50, .uint16))
        try file.write(image.pixels.map { UInt16($0) })
        try file.endPage()
      }
      try file.close()
      #expect(Int(try folder.bytes(name)[2]) == version)
      #expect(try ImageFile.read(folder(name)) == images)
    }
    try folder.write(images, "as before.tif")
    #expect(try folder.bytes("classic.tif") == folder.bytes("as before.tif"))
  }

  @Test("what 4 GiB cannot surely hold is expected to need a BigTIFF", arguments: [false, true])
  func expectations(isLarge: Bool) throws {
    // 1100 pages of 1024² floats, of which one is written here.
    let pages = ExpectedPages(count: isLarge ? 1100 : 900, bytes: (isLarge ? 1100 : 900) << 22)
    let file = try ImageFile.writer(of: pages, to: folder("a.tif"))
    try file.begin(PageLayout(height: 1, width: 1, .float32))
    try file.write([Float(7)])
    try file.endPage()
    try file.close()
    #expect(try folder.bytes("a.tif")[2] == (isLarge ? 43 : 42))
  }

  @Test("a file that is not closed leaves nothing", arguments: ["tif", "png"])
  func dropped(ending: String) throws {
    do {
      let file = try ImageFile.writer(of: .init(count: 1, bytes: 100), to: folder("a.\(ending)"))
      try file.begin(PageLayout(height: 10, width: 10, .uint8))
      try file.write([UInt8](repeating: 3, count: 50))
    }
    #expect(try folder.names.isEmpty)
  }

  @Test("numbers of 32 bits are kept in a TIFF, and no PNG takes them")
  func instances() throws {
    let file = try ImageFile.writer(of: .init(count: 1, bytes: 16), to: folder("a.tif"))
    try file.begin(PageLayout(height: 1, width: 4, .uint32))
    try file.write([0, 1, 65_536, 4_000_000_000] as [UInt32])
    try file.endPage()
    try file.close()
    // A strip without a predictor's traces would hold the numbers; the tag of the bits is enough here.
    #expect(try folder.bytes("a.tif").count > 100)
    let text = complaint(in: folder) {
      let file = try ImageFile.writer(of: .init(count: 1, bytes: 16), to: folder("b.png"))
      try file.begin(PageLayout(height: 1, width: 4, .uint32))
    }
    #expect(text == "b.png cannot hold 32 bits a value: name it .tif")
    #expect(try folder.names == ["a.tif"])
  }
}
