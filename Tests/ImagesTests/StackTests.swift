import Testing
import UNetImages
import UNetTestSupport

/// What a page is and what a channel, where a TIFF's description says so.
@Suite("Stacks and channels")
struct StackTests {
  /// Planes of 2×3 pixels, the plane's number everywhere.
  private func planes(_ count: Int) -> [[Int]] { (0..<count).map { [Int](repeating: $0 + 1, count: 6) } }

  private func tiff(_ description: String, _ change: (inout ForeignTIFF) -> Void = { _ in }) -> ForeignTIFF {
    ForeignTIFF(height: 2, width: 3).with {
      $0.description = description
      change(&$0)
    }
  }

  /// The first pixel of each page.
  private func pages(_ bytes: [UInt8], named name: String = "a.tif") throws -> [[Float]] {
    let folder = try TemporaryFolder()
    let file = try PageFile(folder.write(bytes, name))
    return try (0..<file.count).map { number in
      let image = try file.page(number).image()
      #expect((image.height, image.width) == (2, 3))
      return Array(image.pixels.suffix(image.channels))
    }
  }

  private func reading(_ bytes: [UInt8], named name: String = "a.tif") throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, name)
    return complaint(in: folder) { _ = try ImageFile.read(path) }
  }

  @Test(
    "ImageJ: channels are those of a page, slices and frames are pages; also behind one directory",
    arguments: [false, true], [false, true])
  func imageJ(truncated: Bool, bigEndian: Bool) throws {
    func read(_ keys: String, _ count: Int, bits: Int = 16) throws -> [[Float]] {
      try pages(
        tiff("ImageJ=1.54f\n\(keys)") {
          ($0.truncated, $0.bigEndian, $0.bits) = (truncated, bigEndian, bits)
        }.file(planes(count)))
    }
    #expect(try read("images=3\nframes=3\nhyperstack=true\n", 3) == [[1], [2], [3]])
    #expect(try read("images=3\nslices=3\n", 3, bits: 8) == [[1], [2], [3]])
    #expect(try read("images=2\nchannels=2\nmode=composite\n", 2, bits: 32) == [[1, 2]])
    #expect(
      try read("images=8\nchannels=2\nslices=2\nframes=2\n", 8) == [[1, 2], [3, 4], [5, 6], [7, 8]])
    // Other numbers than the count of images: a stack, as in ImageJ itself.
    #expect(try read("images=3\nchannels=2\n", 3) == [[1], [2], [3]])
    // More channels than ImageJ shows together: a stack whose writer did not say what its axes are.
    #expect(try read("images=8\nchannels=8\n", 8) == [[1, 2, 3, 4, 5, 6, 7, 8]])
    #expect(try read("images=9\nchannels=9\n", 9) == (1...9).map { [Float($0)] })
  }

  @Test("SCIFIO: its axes tell the order of the planes, the fastest first")
  func scifio() throws {
    func read(_ axes: String, _ lengths: String, _ keys: String, _ count: Int) throws -> [[Float]] {
      let text = "SCIFIO=0.41.0\naxes=X,Y,\(axes)\nlengths=3,2,\(lengths)\nscales=1.0,1.0\nunits=null,null\n"
      return try pages(tiff("\(text)bitsPerPixel=8\nimages=\(count)\n\(keys)").file(planes(count)))
    }
    let keys = "channels=2\nslices=3\nhyperstack=true\nmode=composite\n"
    #expect(try read("Channel,Z", "2,3", keys, 6) == [[1, 2], [3, 4], [5, 6]])
    #expect(try read("Z,Channel", "3,2", keys, 6) == [[1, 4], [2, 5], [3, 6]])
    #expect(try read("Time", "3", "frames=3\n", 3) == [[1], [2], [3]])
    #expect(try read("Lifetime,Channel", "2,2", "channels=4\n", 4) == [[1, 3], [2, 4]])
  }

  @Test(
    "ImageJ: signed 16-bit and float stacks behind one directory, in either order of bytes",
    arguments: [false, true])
  func imageJTypes(bigEndian: Bool) throws {
    let floats = (1...3).map { [UInt32](repeating: (Float($0) + 0.5).bitPattern, count: 6) }
    let file = tiff("ImageJ=1.54f\nimages=3\n") {
      ($0.truncated, $0.bigEndian, $0.bits, $0.sampleFormat) = (true, bigEndian, 32, 3)
    }
    #expect(try pages(file.file(floats)) == [[1.5], [2.5], [3.5]])
    let colours = tiff("ImageJ=1.54f\nimages=2\n") {
      ($0.truncated, $0.samples, $0.photometric, $0.stripRows) = (true, 3, 2, 2)
    }
    let pixels = [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]
    #expect(try pages(colours.file([pixels, pixels.map { $0 + 6 }])) == [[1, 2, 3], [7, 8, 9]])
  }

  @Test("ImageJ: channels that are samples of a pixel stay so; tables to show grey values by change none")
  func imageJColours() throws {
    func read(_ keys: String, _ pages: [[Int]], _ change: (inout ForeignTIFF) -> Void) throws -> [[Float]] {
      try self.pages(tiff("ImageJ=1.54f\n\(keys)\n", change).file(pages))
    }
    let pixels = (1...18).map { $0 }
    for (keys, count) in [
      ("channels=3\nmode=composite", 1), ("images=3\nchannels=3", 1), ("images=6\nchannels=3\nslices=2", 2),
    ] {
      let found = try read(keys, [[Int]](repeating: pixels, count: count)) {
        ($0.samples, $0.photometric, $0.bits) = (3, 2, 16)
      }
      #expect(found == [[Float]](repeating: [16, 17, 18], count: count))
    }
    let green = (0..<256).map { (0, max(0, $0 - 1), 0) }, other = (0..<256).map { (255 - $0, $0, 7) }
    #expect(try read("min=0.0", [[1, 2, 3, 4, 5, 6]]) { ($0.photometric, $0.colours) = (3, green) } == [[6]])
    #expect(
      try read("min=0.0", [[1, 2, 3, 4, 5, 6]]) { ($0.photometric, $0.colours) = (3, other) } == [
        [249, 6, 7]
      ])
  }

  @Test("a description that promises more pages than the file has is an error, never the first page alone")
  func promises() throws {
    func refusal(_ has: String, _ program: String, _ promised: Int) -> String {
      "a.tif has \(has), but its description (\(program)) promises \(promised): save it anew, with all pages"
    }
    let one = tiff("ImageJ=1.54f\nimages=3\n")
    #expect(try reading(one.file(planes(1))) == refusal("1 page", "ImageJ", 3))
    #expect(try reading(one.file(planes(2))) == refusal("2 pages", "ImageJ", 3))
    let lzw = tiff("ImageJ=1.54f\nimages=3\n") { ($0.truncated, $0.compression) = (true, 5) }
    #expect(try reading(lzw.file(planes(3))) == refusal("1 page", "ImageJ", 3))
    let short = tiff("ImageJ=1.54f\nimages=4\n") { $0.truncated = true }
    #expect(try reading(short.file(planes(3))) == refusal("1 page", "ImageJ", 4))
    for lie in ["images=9223372036854775807", "images=4000000000\nchannels=4000000000\nslices=4000000000"] {
      #expect(try reading(tiff("ImageJ=1.54f\n\(lie)\n").file(planes(1))).contains("(ImageJ) promises"))
    }
    let shaped = tiff("{\"shape\": [5, 2, 3]}")
    #expect(try reading(shaped.file(planes(2))) == refusal("2 pages", "tifffile", 5))
    #expect(try reading(tiff(ome("XYZCT", c: 1, z: 3, t: 1)).file(planes(2))) == refusal("2 pages", "OME", 3))
    #expect(
      try reading(tiff(ome("XYZCT", c: 1, z: 1, t: 1, data: "<TiffData IFD=\"7\"/>")).file(planes(2)))
        == refusal("2 pages", "OME", 8))
    #expect(
      try reading(
        tiff(
          ome("XYZCT", c: 3, z: 1, t: 1, data: "<TiffData FirstC=\"0\"/><TiffData IFD=\"1\" FirstC=\"1\"/>")
        ).file(planes(2))
      ).contains("(OME) promises 3"))
  }

  @Test("pages beyond those of a description are pages all the same")
  func more() throws {
    #expect(try pages(tiff("ImageJ=1.54f\nimages=2\nchannels=2\n").file(planes(3))) == [[1], [2], [3]])
    #expect(try pages(tiff("{\"shape\": [2, 2, 3]}").file(planes(3))) == [[1], [2], [3]])
  }

  @Test("tifffile: axes tell channels; an array behind one directory; an array of another shape says nothing")
  func shaped() throws {
    func read(_ text: String, _ count: Int, truncated: Bool = false) throws -> [[Float]] {
      try pages(tiff(text) { $0.truncated = truncated }.file(planes(count)))
    }
    #expect(try read("{\"shape\": [2, 2, 3]}", 2) == [[1], [2]])
    #expect(try read("{\"shape\": [2, 2, 3], \"axes\": \"CYX\"}", 2) == [[1, 2]])
    #expect(try read("{\"shape\": [2, 2, 2, 3], \"axes\": \"CZYX\"}", 4) == [[1, 3], [2, 4]])
    #expect(
      try read("{\"shape\": [3, 2, 3], \"truncated\": true}", 3, truncated: true) == [[1], [2], [3]])
    #expect(
      try read("{\"shape\": [4, 2, 3], \"axes\": \"CYX\", \"truncated\": true}", 4, truncated: true)
        == [[1, 2, 3, 4]])
    #expect(try read("{\"shape\": [7, 5]}", 2) == [[1], [2]])
  }

  @Test("OME: channels are those of a page, in every order of dimensions")
  func omeOrders() throws {
    func read(_ order: String) throws -> [[Float]] {
      try pages(tiff(ome(order, c: 2, z: 3, t: 1)).file(planes(6)))
    }
    for order in ["XYCZT", "XYCTZ"] { #expect(try read(order) == [[1, 2], [3, 4], [5, 6]]) }
    for order in ["XYZCT", "XYZTC", "XYTZC"] { #expect(try read(order) == [[1, 4], [2, 5], [3, 6]]) }
    #expect(try pages(tiff(ome("XYZTC", c: 2, z: 1, t: 2)).file(planes(4))) == [[1, 3], [2, 4]])
    // Frames follow each other, with the slices of each, in whatever order they are stored.
    #expect(try pages(tiff(ome("XYCZT", c: 1, z: 3, t: 2)).file(planes(6))) == (1...6).map { [Float($0)] })
    for order in ["XYCTZ", "XYTCZ", "XYTZC"] {
      #expect(
        try pages(tiff(ome(order, c: 1, z: 3, t: 2)).file(planes(6))) == [[1], [3], [5], [2], [4], [6]])
    }
    #expect(
      try pages(tiff(ome("XYCTZ", c: 2, z: 2, t: 2)).file(planes(8))) == [[1, 2], [5, 6], [3, 4], [7, 8]])
  }

  @Test("OME: planes stand where the document says")
  func omeBlocks() throws {
    let blocks = """
      <TiffData IFD="3" FirstC="0"/><TiffData IFD="0" FirstC="1" PlaneCount="1"/>
      """
    #expect(try pages(tiff(ome("XYCZT", c: 2, z: 1, t: 1, data: blocks)).file(planes(4))) == [[4, 1]])
    let prefixed = ome("XYCZT", c: 2, z: 1, t: 1).replacing("<OME xmlns", with: "<OME xmlns:ome=\"x\" xmlns")
    #expect(try pages(tiff(prefixed).file(planes(2))) == [[1, 2]])
  }

  @Test("OME: a file of a set gives its own pages; channels that are elsewhere are named")
  func omeSets() throws {
    func block(_ first: String, _ ifd: Int, _ file: Int) -> String {
      "<TiffData IFD=\"\(ifd)\" \(first)><UUID FileName=\"\(file).tif\">urn:uuid:\(file)</UUID></TiffData>"
    }
    let times = block("FirstT=\"0\"", 0, 1) + block("FirstT=\"1\"", 0, 2)
    #expect(try pages(tiff(ome("XYCZT", c: 1, z: 1, t: 2, data: times)).file(planes(1))) == [[1]])
    let channels = block("FirstC=\"0\"", 0, 1) + block("FirstC=\"1\"", 0, 2)
    #expect(
      try reading(tiff(ome("XYCZT", c: 2, z: 1, t: 1, data: channels)).file(planes(1)))
        == "a.tif has 1 of 2 channels of a page, the others are in other files of its OME set: join them in one file"
    )
  }

  @Test("OME: a text that defines entities is not read, and one that is no XML is an error where it matters")
  func omeDamaged() throws {
    let bomb = "<!DOCTYPE OME [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
    let text = ome("XYCZT", c: 2, z: 1, t: 1).replacing("?><OME", with: "?>\(bomb)<OME")
    let refusal = "a.tif has an OME description that is no XML: save it anew"
    #expect(try reading(tiff(text).file(planes(2))) == refusal)
    #expect(try reading(tiff("<OME ><Image>").file(planes(2))) == refusal)
    #expect(try pages(tiff("<OME ><Image>").file(planes(1))) == [[1]])
  }

  @Test("MetaMorph's planes behind one directory are pages")
  func metaMorph() throws {
    let stack = tiff("") { ($0.truncated, $0.metaMorphPlanes, $0.description) = (true, 3, nil) }
    #expect(try pages(stack.file(planes(3)), named: "a.stk") == [[1], [2], [3]])
  }

  @Test("thumbnails and masks are no pages, unless there is nothing else")
  func subfiles() throws {
    func read(_ kinds: [Int]) throws -> [[Float]] {
      try pages(ForeignTIFF(height: 2, width: 3).with { $0.subfiles = kinds }.file(planes(kinds.count)))
    }
    #expect(try read([0, 1, 2, 4, 5]) == [[1], [3]])
    #expect(try read([1, 1]) == [[1], [2]])
  }

  @Test("channels of different sizes cannot be joined")
  func unlike() throws {
    let folder = try TemporaryFolder()
    let bytes = try folder.write([plain(1, 2, 3), plain(2, 2, 4)], "whole.tif")
    #expect(try PageFile(bytes).count == 2)
    // A description of the second page's size for both: the directory of the first is a page of another size.
    let small = tiff(ome("XYCZT", c: 2, z: 1, t: 1)).file(planes(1))
    #expect(
      try reading(small)
        == "a.tif has 1 page, but its description (OME) promises 2: save it anew, with all pages")
  }
}

/// The description of an OME TIFF with pages of 2×3 pixels.
func ome(_ order: String, c: Int, z: Int, t: Int, data: String = "<TiffData/>", more: String = "")
  -> String
{
  """
  <?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" \
  UUID="urn:uuid:1"><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="\(order)" Type="uint8" SizeX="3" \
  SizeY="2" SizeC="\(c)" SizeZ="\(z)" SizeT="\(t)" \(more)>\(data)</Pixels></Image></OME>
  """
}
