import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// OME-Zarr as zarr-python stores it (`make_zarr_fixture.py`): folders of chunks.
@Suite struct ZarrTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let text = try PackageFiles.text("Tests/Golden/zarr.json")
    let files = try JSONDecoder().decode([String: Data].self, from: Data(text.utf8))
    for (name, bytes) in files { try folder.write(Array(bytes), name) }
  }

  /// The value that the fixture has.
  private func value(_ y: Int, _ x: Int, _ channel: Int = 0, slice: Int = 0) -> Float {
    Float((7 * y + 3 * x + 50 * channel + 11 * slice) % 251)
  }

  private func expected(channels: Int = 1, slice: Int = 0) -> [Float] {
    (0..<20).flatMap { y in
      (0..<30).flatMap { x in (0..<channels).map { value(y, x, $0, slice: slice) } }
    }
  }

  @Test(
    "every compressor and type of numbers",
    arguments: [
      "blosc-lz4", "blosc-zstd", "gzip", "zlib", "raw", "v3-zstd", "v3-blosc", "v3-checksum", "v3-shard",
    ])
  func compressed(name: String) throws {
    let file = try PageFile(folder("\(name).zarr"))
    let page = try file.page(0)
    #expect(file.count == 1 && page.height == 20 && page.width == 30 && page.channels == 1)
    #expect(page.image().pixels == expected())
    #expect(
      page.metadata.xResolution == 4 && page.metadata.yResolution == 2 && page.metadata.unit == "micron")
    // The same array, named itself.
    #expect(try PageFile(folder("\(name).zarr/0")).page(0).image().pixels == expected())
    #expect(try Array(page.values(rows: 7..<9)) == Array(expected()[7 * 30..<9 * 30]))
  }

  @Test func channelsOfOneChunkAreChannels() throws {
    let page = try PageFile(folder("v3-channels.zarr")).page(0)
    #expect(page.channels == 3 && page.image().pixels == expected(channels: 3))
  }

  @Test func slicesAndFramesArePages() throws {
    let file = try PageFile(folder("stack.zarr"))
    #expect(file.count == 6 && file.stack == StackShape(frames: 2, slices: 3))
    for number in 0..<6 {
      let page = try file.page(number)
      #expect(page.image().pixels == expected(slice: number / 3 * 2 + number % 3))
      #expect(page.metadata.spacing == 3 && page.metadata.frameInterval == 2)
    }
  }

  /// A page of any size may go to the disk.
  @Test func pagesMayLieOnTheDisk() throws {
    for name in ["blosc-lz4", "v3-shard", "gzip"] {
      let spare = SparePlace(for: folder("spare"), least: 0)
      let page = try PageFile(channels: [folder("\(name).zarr")], spare: spare).page(0)
      #expect(page.image().pixels == expected())
    }
  }

  @Test func chunksThatAreNotThereHaveTheFillValue() throws {
    try FileManager.default.removeItem(atPath: folder("v3-zstd.zarr/0/c/1/0"))
    var wanted = expected()
    for y in 8..<16 { for x in 0..<16 { wanted[y * 30 + x] = 0 } }
    #expect(try PageFile(folder("v3-zstd.zarr")).page(0).image().pixels == wanted)
  }

  @Test(
    arguments: [
      ("blosc-lz4", "0/0.0"), ("gzip", "0/1.1"), ("zlib", "0/2.0"), ("raw", "0/0.1"), ("v3-zstd", "0/c/0/0"),
      ("v3-checksum", "0/c/0/0"), ("v3-shard", "0/c/0/0"),
    ])
  func whatIsCutShortOrChangedIsDamaged(name: String, chunk: String) throws {
    let file = "\(name).zarr/\(chunk)"
    let whole = Array(try folder.bytes(file))
    for bytes in [Array(whole.dropLast(3)), Array(whole.prefix(2)), []] {
      try folder.write(bytes, file)
      let error = #expect(throws: DataError.self) { try PageFile(folder("\(name).zarr")).page(0) }
      #expect(error.map { "\($0)".contains("is damaged") } == true, "\(name): \(String(describing: error))")
    }
  }

  @Test(
    arguments: [
      ("plate.zarr/.zattrs", #"{"plate": {}}"#, "is a plate of wells: give a field of one"),
      ("many.zarr/.zattrs", #"{"bioformats2raw.layout": 3}"#, "holds several images: give one"),
      ("empty.zarr/.zgroup", "{}", "is no OME-Zarr image: it has no multiscales"),
      ("bad.zarr/.zattrs", "{", "is damaged, or says what is not supported"),
    ])
  func whatIsNoImageIsToldWithWhatToGive(file: String, text: String, message: String) throws {
    try folder.write(text, file)
    let error = #expect(throws: DataError.self) {
      try PageFile(folder(String(file.prefix { $0 != "/" })))
    }
    #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
  }

  @Test(
    arguments: [
      (#""dtype":"|u1""#, #""dtype":"<c8""#, "has numbers of type <c8"),
      (#""order":"C""#, #""order":"F""#, "is stored in Fortran's order"),
      (#""id":"blosc""#, #""id":"lz4""#, "is compressed by lz4, which is not supported"),
      (#""chunks":[8,16]"#, #""chunks":[16777216,16777216]"#, "has chunks of more than 1 GiB"),
      (#""shape":[20,30]"#, #""shape":[20,0]"#, "has no usable size: 20×0"),
    ])
  func whatCannotBeReadIsSaid(old: String, new: String, message: String) throws {
    let name = "blosc-lz4.zarr/0/.zarray"
    let text = try folder.text(name).filter { !$0.isWhitespace }
    try #require(text.contains(old), "\(text)")
    try folder.write(text.replacing(old, with: new), name)
    let error = #expect(throws: DataError.self) { try PageFile(folder("blosc-lz4.zarr")) }
    #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
  }

  @Test func foldersAndGlobsNameThemAmongFiles() throws {
    let found = try ImageSequence.found(folder.path)
    #expect(found.files.count == 11 && found.files.allSatisfy { $0.hasSuffix(".zarr") })
    #expect(try ImageSequence.found(folder("v3-*.zarr")).files.count == 5)
    #expect(try ImageSequence.found(folder("gzip.zarr")).isSequence == false)
  }

  /// The scale of all levels is behind that of each.
  @Test func theScaleOfAllLevelsCounts() throws {
    let name = "blosc-lz4.zarr/.zattrs"
    let text = try folder.text(name).filter { !$0.isWhitespace }
    let scale = #""coordinateTransformations":[{"type":"scale","scale":[2,4]}],"datasets":"#
    try #require(text.contains(#""datasets":"#), "\(text)")
    try folder.write(text.replacing(#""datasets":"#, with: scale), name)
    let page = try PageFile(folder("blosc-lz4.zarr")).page(0)
    #expect(page.metadata.xResolution == 1 && page.metadata.yResolution == 1)
  }

  /// However its array is named, an image has its axes.
  @Test func aLevelHasTheAxesOfItsImage() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder("link"), withDestinationPath: folder("v3-channels.zarr/0"))
    for path in ["v3-channels.zarr/0", "v3-channels.zarr/0/", "v3-channels.zarr//0", "link"] {
      let page = try PageFile(folder(path)).page(0)
      #expect(page.channels == 3 && page.image().pixels == expected(channels: 3), "\(path)")
    }
  }

  /// An array by itself: Zarr's names of its axes, else channels where NumPy's arrays have them.
  @Test func anArrayOfNoImageHasItsOwnAxes() throws {
    let name = "v3-channels.zarr/zarr.json"
    try folder.write(#"{"zarr_format": 3, "node_type": "group", "attributes": {}}"#, name)
    #expect(try PageFile(folder("v3-channels.zarr/0")).count == 3)
    let array = "v3-channels.zarr/0/zarr.json"
    let text = try folder.text(array)
    let named = text.replacing(#""node_type""#, with: #""dimension_names": ["c", "y", "x"], "node_type""#)
    try folder.write(named, array)
    #expect(try PageFile(folder("v3-channels.zarr/0")).page(0).channels == 3)
    // Axes that have no names are as if there were no list of them.
    try folder.write(named.replacing(#"["c", "y", "x"]"#, with: "[null, null, null]"), array)
    #expect(try PageFile(folder("v3-channels.zarr/0")).count == 3)
  }

  @Test(arguments: [
    ("-1", Float?.none), ("256", nil), ("\"NaN\"", nil), ("[1]", nil), ("7", 7), ("null", 0), ("255", 255),
  ])
  func aFillValueThatIsNoneIsAnErrorWhereItIsNeeded(text: String, value: Float?) throws {
    let name = "blosc-lz4.zarr/0/.zarray"
    let old = try folder.text(name).filter { !$0.isWhitespace }
    try folder.write(old.replacing(/"fill_value":[^,}]*/, with: "\"fill_value\":\(text)"), name)
    #expect(try PageFile(folder("blosc-lz4.zarr")).page(0).image().pixels == expected())
    try FileManager.default.removeItem(atPath: folder("blosc-lz4.zarr/0/0.0"))
    let file = try PageFile(folder("blosc-lz4.zarr"))
    if let value {
      #expect(try file.page(0).image().pixels[0] == value)
    } else {
      let error = #expect(throws: DataError.self) { try file.page(0) }
      #expect(error.map { "\($0)".contains("its fill value is no number of its type") } == true)
    }
  }

  /// What git-annex leaves of files that are not fetched is no chunk that is not there.
  @Test func aLinkToNothingIsNoMissingChunk() throws {
    let chunk = folder("blosc-lz4.zarr/0/1.1")
    try FileManager.default.removeItem(atPath: chunk)
    try FileManager.default.createSymbolicLink(atPath: chunk, withDestinationPath: "nowhere")
    let error = #expect(throws: DataError.self) { try PageFile(folder("blosc-lz4.zarr")).page(0) }
    #expect(error.map { "\($0)".contains("has 1.1 as a link to nothing") } == true)
  }

  /// Others' attributes, and the NaN that Python writes, are no matter of the image.
  @Test func attributesOfOthersAreNoMatter() throws {
    let name = "v3-zstd.zarr/0/zarr.json"
    let text = try folder.text(name)
    let odd = #""attributes": {"ome": "text", "multiscales": true, "gain": NaN}"#
    try folder.write(text.replacing(/"attributes":\s*\{\s*\}/, with: odd), name)
    #expect(try folder.text(name).contains("gain"))
    #expect(try PageFile(folder("v3-zstd.zarr")).page(0).image().pixels == expected())
  }
}
