import Foundation
import Testing
import UNetData
import UNetImages
import UNetTestSupport

/// Files made by libjpeg's own encoder, quality 95.
@Suite("JPEG")
struct JPEGTests {
  /// 12×20, 40 + 5x + 7y.
  private static let ramp = """
    /9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAAL\
    CAAMABQBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAACAf/xAAjEAAABAUEAwAAAAAAAAAAAAAABgckAwUII1EVM0FCJaGi/9oACAEB\
    AAA/ACOklP8AtMsdQoEkp/2mWOoQ5ap/8TDZfIiqSEyQWmmOQoEkJkgtNMchDlomSDSYbT2P/9k=
    """
  /// 12×20, red in the first 16 columns, then blue; progressive, colours at half the resolution.
  private static let flag = """
    /9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBD\
    AQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wgARCAAMABQD\
    ASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAYH/8QAFQEBAQAAAAAAAAAAAAAAAAAACAf/2gAMAwEAAhADEAAAAYcTtIZ2\
    HkLf/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQABBQJf/8QAFBEBAAAAAAAAAAAAAAAAAAAAEP/aAAgBAwEBPwE//8QAFBEB\
    AAAAAAAAAAAAAAAAAAAAEP/aAAgBAgEBPwE//8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQAGPwJf/8QAFBABAAAAAAAAAAAA\
    AAAAAAAAIP/aAAgBAQABPyFf/9oADAMBAAIAAwAAABAAD//EABQRAQAAAAAAAAAAAAAAAAAAABD/2gAIAQMBAT8QP//EABQRAQAA\
    AAAAAAAAAAAAAAAAABD/2gAIAQIBAT8QP//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEAAT8QX//Z
    """
  /// 8×8 in four inks.
  private static let print = """
    /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoK\
    CgYICwwLCgwJCgoK/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAj/xAAUEAEAAAAAAAAAAAAAAAAA\
    AAAA/9oADgRDAE0AWQBLAAA/ADOM4zjO/9k=
    """
  /// 8×8, coded arithmetically.
  private static let arithmetic = """
    /9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/yQAL\
    CAAIAAgBAREA/8wABgAQEAX/2gAIAQEAAD8A/wDZY45/wZuGZNesjq3DwjggH8ji596eCtt06O6vJ9Ozx9M8XLb70xNYzP/Z
    """

  private func bytes(_ text: String) throws -> [UInt8] { [UInt8](try #require(Data(base64Encoded: text))) }

  private func reading(_ bytes: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, "a.jpg")
    return complaint(in: folder) { _ = try ImageFile.read(path) }
  }

  @Test("grey and colour are read as they were, but for what compression loses")
  func values() throws {
    let folder = try TemporaryFolder()
    let pages = try [(Self.ramp, "t1.jpg"), (Self.flag, "t2.JPEG")].flatMap { text, name in
      try ImageFile.read(folder.write(bytes(text), name))
    }
    #expect(pages.map(\.size) == ["12×20", "12×20×3"] && pages.allSatisfy { $0.format == .uint8 })
    let isRamp = pages[0].pixels.indices.allSatisfy {
      abs(pages[0].pixels[$0] - Float(40 + 5 * ($0 % 20) + 7 * ($0 / 20))) <= 2
    }
    let isFlag = pages[1].pixels.indices.allSatisfy {
      let colour: [Float] = $0 / 3 % 20 < 16 ? [200, 60, 40] : [20, 60, 220]
      // Colours at half the resolution blend beside the border.
      return abs(pages[1].pixels[$0] - colour[$0 % 3]) <= 2 || 15...16 ~= $0 / 3 % 20
    }
    #expect(isRamp && isFlag)
  }

  @Test("a file cut off anywhere is an error that names it", arguments: [ramp, flag])
  func truncated(text: String) throws {
    let whole = try bytes(text)
    for size in 3..<whole.count {
      #expect(try reading(Array(whole[..<size])).hasPrefix("a.jpg cannot be read as JPEG: "), "\(size) bytes")
    }
  }

  @Test("bytes changed at random give an image or an error, never a crash", arguments: [ramp, flag])
  func damaged(text: String) throws {
    let whole = try bytes(text)
    for trial in 0..<1000 {
      var damaged = whole
      damaged[3 + trial * 7919 % (whole.count - 3)] = UInt8(truncatingIfNeeded: trial &* 167 &+ 13)
      let text = try reading(damaged)
      #expect(text.isEmpty || text.hasPrefix("a.jpg ") && !text.contains("\n"))
    }
  }

  @Test("a few bytes that promise a picture of 65500² take no memory")
  func promise() throws {
    var bytes = try bytes(Self.flag)
    let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC2 })
    for at in [5, 7] { (bytes[frame + at], bytes[frame + at + 1]) = (0xFF, 0xDC) }
    #expect(try reading(bytes) == "a.jpg cannot be read as JPEG: it ends too early; copy it anew")
  }

  @Test("a camera's word on how it was held is heard, in JPEG as in PNG", arguments: [3, 6, 8])
  func orientation(number: Int) throws {
    let whole = try bytes(Self.ramp)
    let directory: [UInt8] = [
      0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(number), 0, 0, 0, 0, 0, 0,
    ]
    let exif = Array("Exif".utf8) + [0, 0] + directory
    let marked = whole[..<2] + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + whole[2...]
    let folder = try TemporaryFolder()
    let plain = try ImageFile.read(folder.write(whole, "plain.jpg"))[0]
    let turned = try ImageFile.read(folder.write(Array(marked), "turned.jpg"))[0]
    #expect(turned.size == (number == 3 ? "12×20" : "20×12"))
    // The stored top left corner is shown at the bottom right, top right and bottom left.
    let corner = [3: turned.pixels.count - 1, 6: turned.width - 1, 8: turned.pixels.count - turned.width]
    #expect(turned.pixels[corner[number] ?? 0] == plain.pixels[0])
    #expect(turned.pixels.sorted() == plain.pixels.sorted())
  }

  @Test("what is not read is named")
  func refused() throws {
    #expect(
      try reading(try bytes(Self.print))
        == "a.jpg cannot be read as JPEG: it is neither grey nor RGB; save it as one of them")
    #expect(
      try reading(try bytes(Self.arithmetic))
        == "a.jpg cannot be read as JPEG: it is coded arithmetically; save it in the usual way")
    var deep = try bytes(Self.ramp)
    let frame = try #require(deep.indices.first { deep[$0] == 0xFF && deep[$0 + 1] == 0xC0 })
    deep[frame + 4] = 12
    #expect(try reading(deep).hasPrefix("a.jpg cannot be read as JPEG: "))
    #expect(ImageFile.formats == "TIFF, PNG, JPEG or NPY")
  }

  @Test("labels are never read of it")
  func labels() throws {
    let folder = try TemporaryFolder()
    let image = try folder.write([plain(9, 12, 20)], "image.tif")
    let labels = try folder.write(try bytes(Self.ramp), "labels.jpg")
    let refusal =
      "labels.jpg holds labels as JPEG, which changes their values: make them anew as TIFF, PNG or NPY"
    let loading = complaint(in: folder) {
      _ = try Dataset.load(images: image, labels: labels, kind: .instances)
    }
    #expect(loading == refusal)
    #expect(complaint(in: folder) { _ = try LabelSurvey(of: labels) } == refusal)
    #expect(
      complaint(in: folder) {
        _ = try WeightMapFile(labels, kind: .classes, .init())
      }
        == refusal)
  }
}
