import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("What is odd about grey values")
struct ImageNotesTests {
  /// Dark ground with bright discs, `count` of them, and some noise.
  private func nuclei(_ count: Int, side: Int = 96, seed: UInt64 = 1) -> Image {
    let grain = noise(side, side, seed: seed).pixels
    return grey(side, side, .uint16) { at in
      let inside = (0..<count).contains { disc in
        let (dy, dx) = (at / side - disc * 37 % side, at % side - disc * 53 % side)
        return dy * dy + dx * dx < 60
      }
      return (inside ? 900 : 100) + grain[at] / 8
    }
  }

  /// The notes about images, each with one cell.
  private func notes(_ images: [Image], _ normalisation: Normalisation = .meanDeviation) throws -> [String] {
    let folder = try TemporaryFolder()
    for (number, image) in images.enumerated() {
      try folder.write([image], "i/t\(number).tif")
      try folder.write([grey(image.height, image.width) { $0 % 96 < 20 ? 1 : 0 }], "l/t\(number).tif")
    }
    return try Dataset(images: folder("i"), labels: folder("l"), .init(.instances)).imageNotes(normalisation)
      .map { $0.replacingOccurrences(of: folder.path + "/", with: "") }
  }

  @Test("nuclei, few or many, have nothing odd", arguments: [0, 1, 5, 40])
  func usual(count: Int) throws {
    #expect(try notes([nuclei(count), nuclei(count, seed: 2)]).isEmpty)
  }

  @Test("images of one value are counted and named in one line")
  func plainImages() throws {
    let one = try notes([nuclei(5), plain(7, 96, 96, .uint16)])
    #expect(
      one == [
        "1 image has one value everywhere, and nothing to be seen: i/t1.tif; remove it or mend the file"
      ])
    let many = try notes((0..<5).map { $0 == 0 ? nuclei(5) : plain(Float($0), 96, 96, .uint16) })
    #expect(many.count == 1 && many.first?.hasPrefix("4 images have one value everywhere") == true)
    #expect(many.first?.contains("i/t1.tif, i/t2.tif, i/t3.tif, ...") == true)
  }

  @Test("hot pixels and places without data take all contrast", arguments: [65535, -99999])
  func extremes(value: Float) throws {
    var image = Image(height: 96, width: 96, format: .float32, pixels: nuclei(9).pixels)
    image = image.with(value, row: 3, column: 4).with(value, row: 50, column: 60)
    let said = try notes([nuclei(9), image])
    #expect(said.count == 1)
    #expect(
      said.first?.hasPrefix("in 1 image 2 pixels with values such as \(Int(value)), others having 100 to 9")
        == true,
      "\(said)")
    #expect(
      said.first?.contains("i/t1.tif; mend these pixels, or train with data.normalisation: percentile")
        == true)
    #expect(try notes([nuclei(9), image], .percentile).isEmpty)
  }

  @Test(
    "places without data take all contrast, whatever the normalisation",
    arguments: [Normalisation.meanDeviation, .percentile])
  func emptyPlaces(normalisation: Normalisation) throws {
    var image = Image(height: 96, width: 96, format: .float32, pixels: nuclei(9).pixels)
    for at in 0..<2000 { image = image.with(-9999, row: at / 96, column: at % 96) }
    let said = try notes([nuclei(9), image], normalisation)
    #expect(
      said == [
        "in 1 image 22 % of the values, -9999.0, far below all others, take nearly all contrast: i/t1.tif; "
          + "give them a value of their surroundings"
      ])
    let negative = Image(height: 96, width: 96, format: .float32, pixels: nuclei(9).pixels.map { $0 - 500 })
    #expect(try notes([negative], normalisation).isEmpty)
  }

  @Test("44 unrelated images of nuclei, numbered one after the other, have no note")
  func unrelated() throws {
    let folder = try TemporaryFolder()
    let counts = (0..<44).map { 2 + $0 * 17 % 23 }
    for (number, count) in counts.enumerated() {
      try folder.write([nuclei(count, side: 64, seed: UInt64(number))], "i/img_\(100 + number).tif")
      try folder.write(
        [
          grey(64, 64, .uint16) { at in
            let (row, column) = (at / 64 / 8, at % 64 / 8)
            let cell = 8 * row + column
            return at / 64 % 8 < 6 && at % 8 < 6 && cell < count ? Float(cell + 1) : 0
          }
        ], "l/img_\(100 + number).tif")
    }
    let set = try Dataset(images: folder("i"), labels: folder("l"), .init(.instances))
    #expect(set.notes.isEmpty && set.imageNotes(.meanDeviation).isEmpty && set.labelNotes().isEmpty)
  }
}
