import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("Parts of large images are learnt from as images of their own")
struct ImagePartsTests {
  private let folder: TemporaryFolder
  /// Pictures and labels of two levels, which have nothing in common.
  private let pictures: [Image], labels: [Image]

  init() throws {
    folder = try TemporaryFolder()
    pictures = (0..<2).map { noise(150 >> $0, 210 >> $0, seed: UInt64($0)) }
    labels = (0..<2).map { level in
      let (width, side) = (210 >> level, 25 >> level)
      return grey(150 >> level, width, .uint16) { at in
        let (y, x) = (at / width, at % width)
        return y % side < 4 || x % side < 4 ? 0 : Float(y / side * 20 + x / side + 1)
      }
    }
    try pyramid(pictures, .uint8, "a.ome.zarr")
    try pyramid(labels, .uint16, "l.ome.zarr")
  }

  private func pyramid(_ levels: [Image], _ samples: PageLayout.Samples, _ name: String) throws {
    let pyramid = ChunkedPyramid(
      folder(name), name: name, axes: [], height: levels[0].height, width: levels[0].width, side: 64, samples)
    try pyramid.make()
    for (level, image) in zip(pyramid.levels, levels) {
      for chunk in 0..<level.count {
        let values = level.region(chunk).values(of: image)
        switch samples {
        case .uint8: try values.map { UInt8($0) }.withUnsafeBytes { try level.write($0, [], chunk) }
        default: try values.map { UInt16($0) }.withUnsafeBytes { try level.write($0, [], chunk) }
        }
      }
    }
  }

  /// What a part of both is, saved as images.
  private func frame(_ level: Int, _ part: ImageRegion, _ name: String) throws -> Frame {
    func cut(_ image: Image) -> Image {
      Image(height: part.height, width: part.width, format: image.format, pixels: part.values(of: image))
    }
    try folder.write([cut(pictures[level])], "\(name).tif")
    try folder.write([cut(labels[level])], "\(name)-l.tif")
    return try Dataset.load(images: folder("\(name).tif"), labels: folder("\(name)-l.tif"), kind: .instances)[
      0]
  }

  @Test(arguments: ["l.ome.zarr", "l.tif"], [0, 1])
  func partsAreImages(name: String, level: Int) throws {
    if name == "l.tif" { try folder.write([labels[level]], name) }
    let parts = [
      ImageRegion(rows: 20..<80, columns: 34..<114), ImageRegion(rows: 0..<150, columns: 130..<210),
    ]
    let set = try Dataset(
      images: folder("a.ome.zarr"), labels: folder(name), .init(.instances),
      parts: ImageParts(level: level, regions: [folder("a.ome.zarr"): parts]))
    let frames = try set.frames()
    #expect(frames.map(\.page) == [0, 1] && frames.map(\.pageInFile) == [0, 1])
    for (at, part) in parts.enumerated() {
      func shrunk(_ range: Range<Int>) -> Range<Int> { range.lowerBound >> level..<range.upperBound >> level }
      let alone = try frame(
        level, ImageRegion(rows: shrunk(part.rows), columns: shrunk(part.columns)), "part\(at)")
      #expect(frames[at].image == alone.image && frames[at].annotation == alone.annotation)
    }
  }

  /// Of files without chunks too, of which one alone has parts.
  @Test func otherFilesHaveParts() throws {
    try folder.write([pictures[0]], "images/a.tif")
    try folder.write([labels[0]], "labels/a.png")
    try folder.write([pictures[1]], "images/b.tif")
    try folder.write([labels[1]], "labels/b.png")
    let part = ImageRegion(rows: 1..<70, columns: 3..<100)
    let set = try Dataset(
      images: folder("images"), labels: folder("labels"), .init(.instances),
      parts: ImageParts(regions: [folder("images/a.tif"): [part]]))
    let frames = try set.frames()
    let alone = try frame(0, part, "part")
    #expect(frames.count == 2 && frames[0].image == alone.image && frames[0].annotation == alone.annotation)
    #expect(frames[1].image == pictures[1])
  }

  @Test func whatIsBeyondIsSaid() throws {
    let part = ImageRegion(rows: 100..<160, columns: 0..<20)
    #expect {
      try Dataset(
        images: folder("a.ome.zarr"), labels: folder("l.ome.zarr"), .init(.instances),
        parts: ImageParts(regions: [folder("a.ome.zarr"): [part]]))
    } throws: { error in
      "\(error)".contains("has 210×150 pixels (width, height), and the part 0,100,20,60 ends beyond them")
    }
    #expect {
      try Dataset(
        images: folder("a.ome.zarr"), labels: folder("l.ome.zarr"), .init(.instances),
        parts: ImageParts(level: 3))
    } throws: { error in
      "\(error)".contains("has 3 levels, from 0 on, and no 3")
    }
  }
}
