import Foundation
import Testing
import UNetImages
import UNetTestSupport

@Suite("Images in files")
struct ImageFileTests {
  @Test("formats are named as in a sentence, told by endings in any letters, and no two share one")
  func formats() {
    #expect(ImageFile.formats.hasPrefix("TIFF") && ImageFile.formats.contains(" or "))
    #expect(ImageFile.labelFormats == "TIFF, PNG or NPY")
    #expect(["a.tif", "b.TIFF", "x/c.d.Png"].allSatisfy(ImageFile.isNamed))
    #expect(!["tif", "a.tif.txt", ".png", "png/a"].contains(where: ImageFile.isNamed))
    let endings = ImageFile.codecs.flatMap(\.endings)
    #expect(Set(endings).count == endings.count && endings.allSatisfy { $0 == $0.lowercased() })
  }

  @Test("a stack of any format and any number of channels comes back as it was", arguments: [1, 2, 3, 5])
  func tiffRoundTrip(channels: Int) throws {
    let folder = try TemporaryFolder()
    let formats: [(Image.Format, Float)] = [(.uint8, 1), (.uint16, 251), (.float32, -0.37)]
    let images = formats.map { format, scale in
      let pixels = (0..<37 * 300 * channels).map { Float($0 % 256) * scale }
      return Image(height: 37, width: 300, channels: channels, format: format, pixels: pixels)
    }
    let path = try folder.write(images, "stack.tiff")
    let same = try ImageFile.read(path) == images
    #expect(same)
  }

  @Test("a PNG comes back as it was", arguments: [Image.Format.uint8, .uint16], [1, 3])
  func pngRoundTrip(format: Image.Format, channels: Int) throws {
    let folder = try TemporaryFolder()
    let pixels = (0..<19 * 23 * channels).map { Float($0 * (format == .uint8 ? 1 : 49) % 65536) }
    let image = Image(
      height: 19, width: 23, channels: channels, format: format,
      pixels: format == .uint8 ? pixels.map { $0.truncatingRemainder(dividingBy: 256) } : pixels)
    let path = try folder.write([image], "picture.PNG")
    let same = try ImageFile.read(path) == [image]
    #expect(same)
  }

  @Test("values are rounded and limited to the format when written")
  func limits() throws {
    let folder = try TemporaryFolder()
    let image = Image(height: 1, width: 5, format: .uint8, pixels: [-3, 0.4, 0.6, 254.6, 1e9])
    let path = try folder.write([image], "a.tif")
    #expect(try ImageFile.read(path)[0].pixels == [0, 0, 1, 255, 255])
  }

  @Test("both byte orders, strips and tiles, none and LZW", arguments: [false, true], [1, 5])
  func foreignTIFF(bigEndian: Bool, compression: Int) throws {
    let values = (0..<20 * 35).map { UInt32($0 * 83 % 65536) }
    for tile in [nil, 16] {
      let tiff = ForeignTIFF(
        bigEndian: bigEndian, height: 20, width: 35, bits: 16, tile: tile, compression: compression)
      let images = try read(tiff.file([values, values.reversed()]))
      let expected = values.map { Float($0) }
      let same = images.map(\.pixels) == [expected, expected.reversed()]
      #expect(same)
      #expect(images[0].format == .uint16 && images[0].height == 20 && images[0].width == 35)
    }
  }

  @Test("big-endian floats")
  func foreignFloats() throws {
    let values: [Float] = [0, -1.5, 1e-30, 1e30, .leastNonzeroMagnitude, 0.1]
    let tiff = ForeignTIFF(bigEndian: true, height: 2, width: 3, bits: 32, sampleFormat: 3)
    #expect(try read(tiff.file([values.map(\.bitPattern)]))[0].pixels == values)
  }

  @Test("alpha is dropped, planes are interleaved, white as 0 is turned over")
  func channels() throws {
    let rgba = ForeignTIFF(height: 1, width: 2, samples: 4, photometric: 2, extraSample: 2)
    #expect(try read(rgba.file([[1, 2, 3, 99, 4, 5, 6, 99]]))[0].pixels == [1, 2, 3, 4, 5, 6])
    let greyAlpha = ForeignTIFF(height: 1, width: 2, samples: 2, extraSample: 2)
    #expect(try read(greyAlpha.file([[7, 99, 8, 99]]))[0].pixels == [7, 8])
    let planes = ForeignTIFF(height: 1, width: 2, samples: 3, bits: 16, photometric: 2, planes: true)
    #expect(try read(planes.file([[1, 2, 30, 40, 500, 600]]))[0].pixels == [1, 30, 500, 2, 40, 600])
    #expect(try read(ForeignTIFF(width: 2, photometric: 0).file([[0, 250]]))[0].pixels == [255, 5])
  }

  @Test("PNG: packed bits are numbers, palettes become RGB, alpha is dropped, gamma is not applied")
  func foreignPNG() throws {
    #expect(try read(ForeignPNG(width: 4, bits: 1).file([[0b1010_0000]]))[0].pixels == [1, 0, 1, 0])
    #expect(try read(ForeignPNG(width: 4, bits: 2).file([[0b0001_1011]]))[0].pixels == [0, 1, 2, 3])
    #expect(try read(ForeignPNG(width: 2, bits: 4).file([[0x1F]]))[0].pixels == [1, 15])
    let palette = ForeignPNG(width: 2, colour: 3, palette: [9, 8, 7, 1, 2, 3])
    let coloured = try read(palette.file([[1, 0]]))[0]
    #expect(coloured.channels == 3 && coloured.pixels == [1, 2, 3, 9, 8, 7])
    let alpha = ForeignPNG(width: 2, bits: 16, colour: 4, gamma: 45455)
    let values = try read(alpha.file([[0x12, 0x34, 0, 1, 0xFF, 0xFE, 0, 0]]))[0]
    #expect(values.pixels == [0x1234, 0xFFFE] && values.format == .uint16)
    let rgba = ForeignPNG(colour: 6, gamma: 220000)
    #expect(try read(rgba.file([[10, 20, 30, 0]]))[0].pixels == [10, 20, 30])
  }

  @Test("the first bytes tell the format, not the name")
  func names() throws {
    let folder = try TemporaryFolder()
    let png = try folder.write(ForeignPNG(width: 2).file([[3, 4]]), "a-png.tif")
    #expect(try ImageFile.read(png)[0].pixels == [3, 4])
    let tiff = try folder.write(ForeignTIFF(width: 2).file([[3, 4]]), "a-tiff.png")
    #expect(try ImageFile.read(tiff)[0].pixels == [3, 4])
  }

  private func read(_ bytes: [UInt8]) throws -> [Image] {
    let folder = try TemporaryFolder()
    return try ImageFile.read(folder.write(bytes, "foreign"))
  }
}
