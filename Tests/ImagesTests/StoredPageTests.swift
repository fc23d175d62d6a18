import Testing
import UNetImages
import UNetTestSupport

@Suite("Pages as stored, as images and as labels")
struct StoredPageTests {
  @Test("0 is white where the page says so, for images; labels are never inverted")
  func whiteIsZero() throws {
    func page(_ samples: Samples, bits: Int) -> StoredPage {
      StoredPage(height: 1, width: 2, samples: samples, bits: bits, colours: .whiteIsZero)
    }
    let nibbles = page(.uint8([0, 9]), bits: 4)
    #expect(nibbles.image().pixels == [15, 6] && nibbles.values(rows: 0..<1) == [15, 6])
    #expect(try nibbles.labels(of: "a.tif", page: 0).numbers == [0, 9])
    #expect(page(.uint16([0, 9]), bits: 16).image().pixels == [65535, 65526])
    #expect(page(.int8([-128, 127]), bits: 8).image().pixels == [255, 0])
    // Of 32 bits no Float keeps the difference of neighbours at the upper end.
    #expect(page(.uint32([0, 9]), bits: 32).image().pixels == [0, 9])
    #expect(page(.float([0, 0.5]), bits: 32).image().pixels == [0, 0.5])
  }

  @Test("a palette gives colours to images, one channel where all are grey, and its numbers to labels")
  func palette() throws {
    func page(_ colours: [SIMD3<UInt16>]) -> StoredPage {
      StoredPage(
        height: 2, width: 1, samples: .uint8([1, 0]), bits: 8, colours: .palette(Palette(colours)))
    }
    let grey = page([[7, 7, 7], [9, 9, 9]]), colour = page([[1, 2, 3], [4, 5, 600]])
    #expect(grey.image() == Image(height: 2, width: 1, format: .uint8, pixels: [9, 7]))
    #expect(
      colour.image()
        == Image(height: 2, width: 1, channels: 3, format: .uint16, pixels: [4, 5, 600, 1, 2, 3]))
    #expect(colour.values(rows: 1..<2) == [1, 2, 3])
    #expect(try colour.labels(of: "a.png", page: 0).numbers == [1, 0])
  }

  @Test("labels are exact to 32 bits, one of equal channels, and whole numbers or an error")
  func labels() throws {
    func reading(_ samples: Samples, channels: Int = 1, isExact: Bool = true) -> String {
      let page = StoredPage(
        height: 1, width: 2, channels: channels, samples: samples, bits: 8, isExact: isExact)
      return complaint { _ = try page.labels(of: "a.tif", page: 3) }
    }
    func numbers(_ samples: Samples, channels: Int = 1) throws -> [UInt32] {
      try StoredPage(height: 1, width: 2, channels: channels, samples: samples, bits: 8)
        .labels(of: "a.tif", page: 0).numbers
    }
    #expect(try numbers(.uint32([4_294_967_295, 16_777_217])) == [4_294_967_295, 16_777_217])
    #expect(try numbers(.int64([4_294_967_295, 0])) == [4_294_967_295, 0])
    #expect(try numbers(.double([4_294_967_295, 16_777_217])) == [4_294_967_295, 16_777_217])
    #expect(try numbers(.uint8([5, 5, 5, 7, 7, 7]), channels: 3) == [5, 7])
    #expect(
      reading(.int8([0, -1]))
        == "a.tif holds -1 in page 3 at row 0, column 1: labels are whole numbers from 0 to 4294967295; "
        + "what is unknown is 255 in classes")
    #expect(
      reading(.float([16_777_218, 0]))
        == "a.tif holds 1.6777218e+07 in page 3 at row 0, column 0: labels are whole numbers from 0 to 16777216"
    )
    #expect(reading(.double([0.5, 0])).contains("holds 0.5 in page 3 at row 0, column 0"))
    #expect(reading(.uint64([1 << 32, 0])).contains("holds 4294967296"))
    #expect(
      reading(.uint8([5, 5, 5, 7, 7, 8]), channels: 3)
        == "a.tif has 3 channels, but labels are one whole number a pixel: save them as grey, with "
        + "a number for each colour or channel (Documentation/data.md says how)")
    #expect(reading(.uint8([0, 1]), isExact: false).contains("holds labels as JPEG"))
  }

  @Test("a page of whole numbers is told from one of fractions")
  func wholeness() {
    func isWhole(_ samples: Samples) -> Bool {
      StoredPage(height: 1, width: 1, samples: samples, bits: 32).isWhole
    }
    #expect(isWhole(.float([3])) && isWhole(.double([-3])) && isWhole(.int32([-3])))
    #expect(!isWhole(.float([0.5])) && !isWhole(.double([1e-300])))
  }

  @Test("an image is grey where its channels are equal in every pixel")
  func greyness() {
    let grey = Image(height: 1, width: 2, channels: 3, format: .uint8, pixels: [1, 1, 1, 2, 2, 2])
    #expect(grey.hasEqualChannels)
    #expect(grey.grey() == Image(height: 1, width: 2, format: .uint8, pixels: [1, 2]))
    #expect(!grey.with(9, row: 0, column: 1).hasEqualChannels)
    #expect(Image(height: 1, width: 2, format: .uint8, pixels: [1, 2]).hasEqualChannels)
  }
}
