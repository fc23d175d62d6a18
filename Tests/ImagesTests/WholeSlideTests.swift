import Foundation
import Testing
import UNetFiles
import UNetImages
import UNetTestSupport

/// Whether OpenSlide is there; says so where it is not.
private let openSlideIsThere: Bool = {
  if !SlideView.isPossible {
    print("WholeSlideTests are left out: there is no OpenSlide (apt-get install libopenslide0)")
  }
  return SlideView.isPossible
}()

/// Levels and parts of slides, by OpenSlide, of pyramids that are written here.
@Suite(.enabled(if: openSlideIsThere)) struct WholeSlideTests {
  private let folder: TemporaryFolder
  private let levels: [Image]
  private let path: String

  /// A pyramid of three levels that have nothing in common, so that each is known by its colours.
  init() throws {
    folder = try TemporaryFolder()
    path = folder("slide.tif")
    levels = (0..<3).map { noise(600 >> $0, 400 >> $0, channels: 3, seed: UInt64($0)) }
    var metadata = PageMetadata()
    (metadata.unit, metadata.xResolution, metadata.yResolution) = ("micron", 4, 4)
    let layouts = levels.map {
      PageLayout(height: $0.height, width: $0.width, channels: 3, .uint8, metadata)
    }
    let file = try PyramidTIFF(path, replacing: false, pages: layouts, tile: 96)
    for (level, layout) in zip(levels, layouts) {
      try file.begin(layout)
      for tile in file.tiles { try file.write(tile.values(of: level).map { UInt8($0) }, tile) }
      try file.endPage()
    }
    try file.close()
  }

  private func page(_ view: SlideView, spare: SparePlace? = nil) throws -> StoredPage {
    try PageFile(channels: [path], spare: spare, view: view).page(0)
  }

  @Test(arguments: 0..<3, [false, true]) func everyLevelIsRead(level: Int, onDisk: Bool) throws {
    let spare = onDisk ? SparePlace(for: folder("x"), least: 0) : nil
    let found = try page(SlideView(level: level), spare: spare)
    #expect(found.image() == levels[level])
    #expect(found.metadata.pixelSize.map { abs($0 - 0.25 * Double(1 << level)) < 1e-3 } == true)
    let part = ImageRegion(rows: 3..<90, columns: 50..<99)
    #expect(part.values(of: found.rows) == part.values(of: levels[level]))
  }

  /// OpenSlide would bring them to 8 bits.
  @Test func numbersOf16BitsAreRefused() throws {
    let file = try PyramidTIFF(
      folder("deep.tif"), replacing: false, pages: [PageLayout(height: 100, width: 120, .uint16)], tile: 96)
    try file.begin(PageLayout(height: 100, width: 120, .uint16))
    for tile in file.tiles {
      try file.write([UInt8](repeating: 1, count: 2 * tile.height * tile.width), tile)
    }
    try file.endPage()
    try file.close()
    let error = #expect(throws: DataError.self) {
      try PageFile(channels: [folder("deep.tif")], view: SlideView(level: 1))
    }
    #expect(error.map { "\($0)".contains("has numbers of 16 bits") } == true)
    // Of the largest level they are what they are, and so they are of a part of it.
    #expect(try PageFile(folder("deep.tif")).page(0).image().pixels.allSatisfy { $0 == 257 })
    let part = SlideView(level: 0, region: ImageRegion(rows: 10..<30, columns: 5..<105))
    let page = try PageFile(channels: [folder("deep.tif")], view: part).page(0)
    #expect(page.image().pixels == [Float](repeating: 257, count: 2000))
    #expect(page.place.map { $0.left == 5 && $0.top == 10 && $0.factor == 1 } == true)
  }

  /// A part that begins between two pixels of the level begins with the one before.
  @Test func partsBeginWithAPixel() throws {
    let region = ImageRegion(rows: 203..<503, columns: 41..<241)
    let page = try page(SlideView(level: 2, region: region))
    #expect(page.place.map { $0.left == 40 && $0.top == 200 && $0.factor == 4 } == true)
    #expect(page.image().pixels == ImageRegion(rows: 50..<125, columns: 10..<60).values(of: levels[2]))
  }

  /// A part is told in pixels of the largest level.
  @Test func aPartOfALevel() throws {
    let region = ImageRegion(rows: 200..<500, columns: 40..<240)
    for level in 0..<3 {
      let expected = ImageRegion(
        rows: 200 >> level..<500 >> level, columns: 40 >> level..<240 >> level)
      let found = try page(SlideView(level: level, region: region)).image()
      #expect((found.height, found.width) == (expected.height, expected.width))
      #expect(found.pixels == expected.values(of: levels[level]))
    }
  }

  @Test(arguments: [(0.1, 0), (0.25, 0), (0.34, 0), (0.37, 1), (0.9, 2), (50, 2)])
  func theLevelWhosePixelsAreNearest(size: Double, level: Int) throws {
    let slide = folder("slide.svs")
    try FileManager.default.copyItem(atPath: path, toPath: slide)
    let file = try PageFile(channels: [slide], view: SlideView(pixelSize: size))
    #expect(try file.page(0).image() == levels[level])
    #expect(file.remark?.hasPrefix("level \(level) of 3, \(400 >> level)×\(600 >> level) pixels, ") == true)
  }

  @Test func whatIsNotThereIsNamed() throws {
    func words(_ view: SlideView, _ path: String) -> String {
      do {
        _ = try PageFile(channels: [path], view: view).page(0)
        return ""
      } catch { return "\(error)" }
    }
    #expect(words(SlideView(level: 3), path).contains("has levels 0 to 2, and no 3"))
    let far = ImageRegion(rows: 0..<601, columns: 0..<10)
    #expect(
      words(SlideView(region: far), path).contains(
        "400×600 pixels (width, height), and the part 0,0,10,601 ends"))
    let plain = try folder.write([noise(20, 20)], "a.png")
    #expect(words(SlideView(level: 1), plain).contains("is no pyramid"))
  }
}

/// Otsu's threshold parts two groups where the variance between them is greatest.
@Test func thresholdsPartTwoGroups() {
  #expect(otsuThreshold(of: [0, 0, 0, 9, 9, 9]) == 0)
  #expect(otsuThreshold(of: [10, 11, 12, 200, 201, 202]) == 12)
  #expect(otsuThreshold(of: [5, 5, 5]) == 0)
  // By hand: parting behind 2 gives 3 · 2 · (4/3 - 15/2)² = 228, behind 1 2 · 3 · (1 - 17/3)² = 131.
  #expect(otsuThreshold(of: [1, 1, 2, 7, 8]) == 2)
}

@Test func tissueIsWhatHasColour() throws {
  var image = Image(
    height: 60, width: 80, channels: 3, format: .uint8, pixels: [Float](repeating: 240, count: 60 * 80 * 3))
  for y in 20..<30 { for x in 40..<50 { image.pixels[3 * (y * 80 + x)] = 120 } }
  let mask = try #require(TissueMask(of: image))
  #expect(abs(mask.share - 100 / 4800) < 1e-9)
  #expect(mask.hasTissue(in: ImageRegion(rows: 0..<20, columns: 30..<45)))
  #expect(mask.hasTissue(in: ImageRegion(rows: 29..<60, columns: 0..<80)))
  #expect(!mask.hasTissue(in: ImageRegion(rows: 0..<19, columns: 0..<80)))
  #expect(!mask.hasTissue(in: ImageRegion(rows: 20..<30, columns: 51..<80)))
  #expect(TissueMask(of: noise(9, 9)) == nil)
}
