import Testing
import UNetImages
import UNetTestSupport

/// Numbers that a small storage cannot hold: `StorageTests` has the rest.
@Suite("Types of numbers")
struct SampleTests {
  private func page(_ bytes: [UInt8], _ name: String = "a.tif") throws -> StoredPage {
    let folder = try TemporaryFolder()
    let file = try PageFile(folder.write(bytes, name))
    return try file.page(0)
  }

  @Test("the largest and the smallest numbers of every type are read", arguments: [false, true])
  func extremes(bigEndian: Bool) throws {
    for bits in [2, 4, 6, 8, 10, 12, 14, 16, 32, 64] {
      let most = UInt64.max >> UInt64(64 - bits)
      let unsigned = ForeignTIFF(bigEndian: bigEndian, width: 3, bits: bits).file([[0, most, most / 3]])
      #expect(try page(unsigned).image().pixels == [0, Float(most), Float(most / 3)], "uint\(bits)")
      let lowest = Int64.min >> Int64(64 - bits)
      let signed = ForeignTIFF(bigEndian: bigEndian, width: 3, bits: bits, sampleFormat: 2)
        .file([[0, lowest, -(lowest + 1)]])
      #expect(try page(signed).image().pixels == [0, Float(lowest), Float(-(lowest + 1))], "int\(bits)")
    }
  }

  @Test("labels keep every number to 32 bits, in all types that have it")
  func largeLabels() throws {
    let numbers: [UInt32] = [0, 65537, 16_777_217, 4_294_967_295]
    for (bits, format) in [(32, 1), (64, 1), (64, 2)] {
      let tiff = ForeignTIFF(width: 4, bits: bits, sampleFormat: format)
      #expect(try page(tiff.file([numbers])).labels(of: "a.tif", page: 0).numbers == numbers)
    }
    let doubles = ForeignTIFF(width: 4, bits: 64, sampleFormat: 3).file([
      numbers.map { Double($0).bitPattern }
    ])
    #expect(try page(doubles).labels(of: "a.tif", page: 0).numbers == numbers)
    let npy = ForeignNPY.file("<i8", shape: [1, 4], numbers)
    #expect(try page(npy, "a.npy").labels(of: "a.npy", page: 0).numbers == numbers)
  }

  @Test("half, single and double precision give their values; a double that no Float holds is no value")
  func floats() throws {
    func tiff(_ bits: Int, _ patterns: [UInt64], bigEndian: Bool = true) -> [UInt8] {
      ForeignTIFF(bigEndian: bigEndian, width: patterns.count, bits: bits, sampleFormat: 3).file([patterns])
    }
    #expect(try page(tiff(16, [0x3C00, 0xC000, 0x0001, 0x7BFF])).image().pixels == [1, -2, 0x1p-24, 65504])
    #expect(try page(tiff(64, [Double(0.1).bitPattern])).image().pixels == [0.1])
    for (bits, bad) in [(16, UInt64(0x7C00)), (64, Double(1e39).bitPattern), (64, Double.nan.bitPattern)] {
      #expect(complaint { _ = try page(tiff(bits, [0, bad])) }.contains("in page 0 at row 0, column 1"))
    }
  }

  @Test(
    "a palette of TIFF's 16-bit colours, of 8 bits and of programs that forget the scale is the same",
    arguments: [257, 256, 1])
  func palettes(scale: Int) throws {
    let tiff = ForeignTIFF(width: 3, bits: 4, photometric: 3).with {
      ($0.colours, $0.colourScale) = ([(1, 2, 3), (250, 0, 7), (9, 9, 9)], scale)
    }
    let coloured = try page(tiff.file([[1, 0, 2]]))
    #expect(coloured.image().pixels == [250, 0, 7, 1, 2, 3, 9, 9, 9] && coloured.image().format == .uint8)
    #expect(try coloured.labels(of: "a.tif", page: 0).numbers == [1, 0, 2])
  }

  @Test("only alpha is left out: an extra sample of no stated meaning is a channel")
  func extraSamples() throws {
    let colours = ForeignTIFF(width: 1, samples: 4, photometric: 2)
    #expect(
      try page(colours.with { $0.extraSample = 0 }.file([[1, 2, 3, 4]])).image().pixels == [1, 2, 3, 4])
    for alpha in [1, 2] {
      #expect(
        try page(colours.with { $0.extraSample = alpha }.file([[1, 2, 3, 4]])).image().pixels == [1, 2, 3])
    }
    let grey = ForeignTIFF(width: 1, samples: 2).with { $0.extraSample = 0 }
    #expect(try page(grey.file([[1, 2]])).image().pixels == [1, 2])
  }

  @Test("resolution and ImageJ's and OME's units are kept, turned with the page")
  func metadata() throws {
    let png = ForeignPNG(width: 2).with { $0.resolution = 4000 }
    let found = try page(png.file([[1, 2]]), "a.png").metadata
    #expect((found.xResolution, found.yResolution, found.resolutionUnit) == (40, 40, .centimetre))
    let imageJ = ForeignTIFF().with {
      $0.description = "ImageJ=1.54f\nunit=micron\nspacing=0.5\nfinterval=2.5\n"
    }
    let said = try page(imageJ.file([[1]])).metadata
    #expect((said.unit, said.spacing, said.frameInterval) == ("micron", 0.5, 2.5))
    let ome = ForeignTIFF().with {
      $0.description =
        "<OME xmlns=\"x\"><Image><Pixels DimensionOrder=\"XYCZT\" PhysicalSizeX=\"0.25\" PhysicalSizeY=\"0.5\" "
        + "PhysicalSizeZ=\"2\" PhysicalSizeXUnit=\"µm\"><TiffData/></Pixels></Image></OME>"
    }
    let sized = try page(ome.file([[1]])).metadata
    #expect((sized.xResolution, sized.yResolution, sized.unit, sized.spacing) == (4, 2, "micron", 2))
  }

  @Test("PNG: an animation is refused, not read as its first frame")
  func animation() throws {
    let png = ForeignPNG(width: 2).with { $0.frames = 3 }
    let folder = try TemporaryFolder()
    let path = try folder.write(png.file([[1, 2]]), "a.png")
    #expect(
      complaint(in: folder) { _ = try ImageFile.read(path) }
        == "a.png cannot be read as PNG: it is an animation; save its frames as images of their own")
    #expect(try page(png.with { $0.frames = 1 }.file([[1, 2]]), "a.png").image().pixels == [1, 2])
  }

  @Test("JPEG's colours are RGB, compressed by JPEG or not; labels are not read of what JPEG compressed")
  func jpegColours() throws {
    var ramp: [UInt8] = []
    for at in 0..<32 * 48 { ramp += [UInt8(at / 48 * 7), UInt8(at % 48 * 5), 90] }
    let coloured = try page(try LibTIFF.jpeg(height: 32, width: 48, ramp))
    #expect(coloured.colours == .rgb && coloured.size == "32×48×3")
    let isNear = zip(coloured.image().pixels, ramp).allSatisfy { abs($0 - Float($1)) < 30 }
    #expect(isNear)
    #expect(complaint { _ = try coloured.labels(of: "a.tif", page: 0) }.contains("holds labels as JPEG"))
    let plain = ForeignTIFF(width: 2, samples: 3, photometric: 6).with { $0.isUnsampled = true }
    #expect(
      try page(plain.file([[10, 128, 128, 200, 128, 128]])).image().pixels == [10, 10, 10, 200, 200, 200])
  }
}
